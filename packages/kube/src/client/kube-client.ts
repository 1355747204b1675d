import { KubeError } from '../errors/kube-error.ts';
import { UnknownKindError } from '../errors/unknown-kind-error.ts';
import type { Limiter } from '../limiter/limiter.ts';
import type {
  ApplyResult,
  DeleteOptions,
  KubeClient,
  ListOptions,
  Patch,
  RequestOptions,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '../types/client.ts';
import type { Clock } from '../types/clock.ts';
import type { ApiResource, Discovery } from '../types/discovery.ts';
import type { Logger } from '../types/logger.ts';
import type { MetricsRegistry } from '../types/metrics.ts';
import type { GroupVersionKind, KubeList, KubeObject, ObjectRef } from '../types/object.ts';
import type { Transport } from '../types/transport.ts';
import { LineDecoder } from './line-decoder.ts';
import { applyPatch, json, partialMetadata, partialMetadataList, patchType } from './media-types.ts';
import { metadataOnly, parseList, parseObject, parseWatchEvent } from './parse.ts';
import { objectPath, queryOf, resourcePath } from './path.ts';
import { requestMetrics } from './request-metrics.ts';
import { Requester, type RequestObserver } from './requester.ts';
import { slowRequestLog } from './slow-requests.ts';
import { parentKind } from './subresource-parent.ts';
import { warningsOf } from './warnings.ts';

export interface ClientOptions {
  transport: Transport;
  clock: Clock;
  discovery: Discovery;
  /** Name in managedFields for writes that name none. */
  fieldManager: string;
  limiter?: Limiter;
  metrics?: MetricsRegistry;
  /** Tells of answers that took long. */
  logger?: Logger;
  /** `host` label of the request metrics. [empty] */
  host?: string;
  userAgent?: string;
}

/** A client for one API server: raw objects in, raw objects out. */
export function createClient(options: ClientOptions): KubeClient {
  return new Client(options);
}

class Client implements KubeClient {
  readonly #discovery: Discovery;
  readonly #fieldManager: string;
  readonly #requester: Requester;

  constructor(options: ClientOptions) {
    this.#discovery = options.discovery;
    this.#fieldManager = options.fieldManager;
    this.#requester = new Requester({
      transport: options.transport,
      clock: options.clock,
      limiter: options.limiter,
      observe: observerOf(options),
      headers: { 'user-agent': options.userAgent ?? options.fieldManager },
    });
  }

  async get(ref: ObjectRef, options: RequestOptions & { subresource?: string } = {}): Promise<KubeObject> {
    const path = await this.#objectPath(ref, options.subresource);
    const answer = await this.#requester.call({ method: 'GET', path }, options);
    return parseObject(answer.text, ref);
  }

  async list(kind: GroupVersionKind, options: ListOptions = {}): Promise<KubeList> {
    const resource = await this.#resource(kind);
    const path = resourcePath(resource, { namespace: options.namespace }) + listQuery(options);
    const accept = options.metadataOnly === true ? partialMetadataList : json;
    const list = parseList((await this.#requester.call({ method: 'GET', path, accept }, options)).text, kind);
    if (options.metadataOnly === true) list.items = list.items.map(metadataOnly);
    return list;
  }

  async create(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    const { subresource } = options;
    const resource = await this.#resource(parentKind(object, subresource));
    const { namespace, name } = object.metadata;
    const target = subresource === undefined ? { namespace } : { namespace, name, subresource };
    const path = objectPath(resource, target) + this.#writeQuery(options);
    return parseObject((await this.#requester.call({ method: 'POST', path, body: JSON.stringify(object) }, options)).text, object);
  }

  async update(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    const path = (await this.#pathOf(object, options.subresource)) + this.#writeQuery(options);
    return parseObject((await this.#requester.call({ method: 'PUT', path, body: JSON.stringify(object) }, options)).text, object);
  }

  async patch(ref: ObjectRef, patch: Patch, options: WriteOptions = {}): Promise<KubeObject> {
    const path = (await this.#objectPath(ref, options.subresource)) + this.#writeQuery(options);
    const call = { method: 'PATCH', path, contentType: patchType[patch.type], body: JSON.stringify(patch.body) } as const;
    return parseObject((await this.#requester.call(call, options)).text, ref);
  }

  async apply(object: KubeObject, options: WriteOptions & { fieldManager: string; force?: boolean }): Promise<ApplyResult> {
    const query = this.#writeQuery(options, options.force === true ? { force: true } : {});
    const path = (await this.#pathOf(object, options.subresource)) + query;
    const call = { method: 'PATCH', path, contentType: applyPatch, body: JSON.stringify(object) } as const;
    const answer = await this.#requester.call(call, options);
    return { object: parseObject(answer.text, object), created: answer.status === 201, warnings: warningsOf(answer.headers) };
  }

  async delete(ref: ObjectRef, options: DeleteOptions = {}): Promise<void> {
    const path = await this.#objectPath(ref);
    await this.#requester.call({ method: 'DELETE', path, body: deleteBody(options) }, options);
  }

  async deleteCollection(kind: GroupVersionKind, options: ListOptions & DeleteOptions): Promise<void> {
    const path = objectPath(await this.#resource(kind), { namespace: options.namespace }) + listQuery(options);
    await this.#requester.call({ method: 'DELETE', path, body: deleteBody(options) }, options);
  }

  async *watch(kind: GroupVersionKind, options: WatchOptions): AsyncGenerator<WatchEvent> {
    const resource = await this.#resource(kind);
    const path = resourcePath(resource, { namespace: options.namespace }) + watchQuery(options);
    const accept = options.metadataOnly === true ? partialMetadata : json;
    const call = { method: 'GET', path, accept, lane: 'watch' } as const;
    const chunks = this.#requester.stream(call, options, () => options.opened?.());
    const lines = new LineDecoder();
    const read = (line: string): WatchEvent => {
      const event = parseWatchEvent(line, kind);
      return options.metadataOnly === true && event.type !== 'ERROR' ? { type: event.type, object: metadataOnly(event.object) } : event;
    };
    for await (const chunk of chunks) for (const line of lines.push(chunk)) yield read(line);
    const rest = lines.rest();
    // A last line without its newline is whole or was cut off with the connection; only a whole one can be read.
    if (rest.endsWith('}')) yield read(rest);
  }

  async #resource(kind: GroupVersionKind): Promise<ApiResource> {
    const resource = this.#discovery.peek(kind) ?? (await this.#discovery.find(kind));
    if (resource === undefined) throw new UnknownKindError(kind);
    return resource;
  }

  async #objectPath(ref: ObjectRef, subresource?: string): Promise<string> {
    return objectPath(await this.#resource(ref), { namespace: ref.namespace, name: ref.name, subresource });
  }

  async #pathOf(object: KubeObject, subresource: string | undefined): Promise<string> {
    const { name, namespace } = object.metadata;
    if (name === undefined || name === '')
      throw new KubeError('KUBE_NAME_REQUIRED', `a ${object.kind} without metadata.name cannot be addressed`);
    return objectPath(await this.#resource(parentKind(object, subresource)), { namespace, name, subresource });
  }

  #writeQuery(options: WriteOptions, more: Readonly<Record<string, boolean>> = {}): string {
    return queryOf({
      fieldManager: options.fieldManager ?? this.#fieldManager,
      fieldValidation: options.fieldValidation ?? 'Strict',
      dryRun: options.dryRun === true ? 'All' : undefined,
      ...more,
    });
  }
}

function observerOf(options: ClientOptions): RequestObserver | undefined {
  const count = options.metrics === undefined ? undefined : requestMetrics(options.metrics, options.host ?? '');
  const tell = options.logger === undefined ? undefined : slowRequestLog(options.logger, options.clock);
  if (count === undefined && tell === undefined) return undefined;
  return (method, status, seconds, path) => {
    count?.(method, status, seconds, path);
    tell?.(method, path, status, seconds);
  };
}

function listQuery(options: ListOptions): string {
  return queryOf({
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
    limit: options.limit,
    continue: options.continue,
    resourceVersion: options.resourceVersion,
    resourceVersionMatch: options.resourceVersionMatch,
  });
}

function watchQuery(options: WatchOptions): string {
  return queryOf({
    watch: true,
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
    resourceVersion: options.resourceVersion,
    timeoutSeconds: options.timeoutSeconds,
    allowWatchBookmarks: options.allowWatchBookmarks,
    sendInitialEvents: options.sendInitialEvents,
    resourceVersionMatch: options.sendInitialEvents === true ? 'NotOlderThan' : undefined,
  });
}

/** meta/v1 DeleteOptions. Background when nothing is said: older kinds would orphan their children by default. */
function deleteBody(options: DeleteOptions): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: options.propagationPolicy ?? 'Background',
    preconditions: options.preconditions,
    gracePeriodSeconds: options.gracePeriodSeconds,
    dryRun: options.dryRun === true ? ['All'] : undefined,
  });
}
