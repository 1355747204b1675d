import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { KubeObject } from '@caretaker/kube';

/** authentication/v1 UserInfo. */
export interface UserInfo {
  username: string;
  uid?: string;
  groups: readonly string[];
  extra?: Readonly<Record<string, readonly string[]>>;
}

/** A request after the path was understood and the user was authorized. */
export interface ResourceRequest {
  /** RBAC verb: get, list, watch, create, update, patch, delete, deletecollection, connect-type requests have get or create. */
  verb: string;
  group: string;
  version: string;
  /** Plural. */
  resource: string;
  subresource?: string;
  namespace?: string;
  name?: string;
  /** What follows the subresource in the path (`/proxy/rest/of/path`), without a leading slash. */
  rest: string;
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  user: UserInfo;
  /** Aborted when the client goes away or the server stops. */
  signal: AbortSignal;
}

/** A connection whose client asked for an upgrade (WebSocket, SPDY). Absent in process and for plain requests. */
export interface UpgradeSocket {
  request: IncomingMessage;
  socket: Duplex;
  /** First bytes after the request's head. */
  head: Buffer;
}

export interface ConnectRequest extends ResourceRequest {
  method: string;
  body: Uint8Array;
  upgrade?: UpgradeSocket;
}

/** An ordinary answer, whole or streamed; or `hijacked`: the handler wrote to the upgraded socket itself. */
export type ConnectAnswer =
  | { status: number; headers?: Record<string, string>; body: string | Uint8Array | AsyncIterable<Uint8Array> }
  | { hijacked: true };

/** `object` is the pod, node or service named in the path, read live (404 was answered before if it is missing). Throw `StatusError` to refuse. */
export type ConnectHandler = (request: ConnectRequest, object: KubeObject) => Promise<ConnectAnswer>;

/** POST of an object to a subresource (`pods/eviction`, `pods/binding`, `serviceaccounts/token`). Returns the answer's body. */
export type SubresourceHandler = (
  request: ResourceRequest,
  body: KubeObject,
  object: KubeObject,
) => Promise<{ status: number; object: KubeObject }>;

/** A column of a Table answer. `cell` gets the object and the wall clock in milliseconds. */
export interface TableColumn {
  name: string;
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  format?: string;
  description?: string;
  /** 0 = always shown, 1 = with -o wide. */
  priority?: number;
  cell: (object: KubeObject, now: number) => string | number | boolean | null;
}

/** A read-only resource that is computed, not stored (metrics.k8s.io). It appears in discovery. */
export interface VirtualResource {
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  namespaced: boolean;
  shortNames?: readonly string[];
  /** Called for `get`; undefined answers 404. */
  get(namespace: string | undefined, name: string): KubeObject | undefined;
  /** Called for `list`; the server filters by selectors. */
  list(namespace: string | undefined): readonly KubeObject[];
  columns?: readonly TableColumn[];
}

/** What plugs into the server beside stored objects. Registering the same name twice replaces the first. */
export interface ServerExtensions {
  /** Streaming endpoints of core/v1: (`pods`, `log` | `exec` | `attach` | `portforward` | `proxy`), (`services`, `proxy`), (`nodes`, `proxy`). */
  registerConnect(resource: string, subresource: string, handler: ConnectHandler): void;
  /** Action subresources, `group/resource` with the core group as `` (`/pods`). */
  registerSubresource(group: string, resource: string, subresource: string, handler: SubresourceHandler): void;
  registerVirtual(resource: VirtualResource): void;
}
