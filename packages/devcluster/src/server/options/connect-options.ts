import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';

/** What a request for a connection says in its query, as admission is shown it. */
export interface ConnectOptions {
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly object: KubeObject;
}

type Read = (query: URLSearchParams, name: string) => JsonValue | undefined;

const flag: Read = (query, name) => (['true', '1'].includes((query.get(name) ?? '').toLowerCase()) ? true : undefined);
const word: Read = (query, name) => query.get(name) || undefined;
const words: Read = (query, name) => (query.has(name) ? query.getAll(name) : undefined);
const numbers: Read = (query, name) => (query.has(name) ? query.getAll(name).flatMap((one) => one.split(',').map(Number)) : undefined);

const STREAMS = { stdin: flag, stdout: flag, stderr: flag, tty: flag, container: word };

/** By resource and subresource: the kind, and its fields. */
const KINDS: Readonly<Record<string, readonly [string, Readonly<Record<string, Read>>]>> = {
  'pods/exec': ['PodExecOptions', { ...STREAMS, command: words }],
  'pods/attach': ['PodAttachOptions', STREAMS],
  'pods/portforward': ['PodPortForwardOptions', { ports: numbers }],
  'pods/proxy': ['PodProxyOptions', {}],
  'services/proxy': ['ServiceProxyOptions', {}],
  'nodes/proxy': ['NodeProxyOptions', {}],
};

/** Undefined for what only reads (logs). */
export function connectOptions(
  resource: string,
  target: { readonly subresource?: string | undefined; readonly rest: string },
  query: URLSearchParams,
): ConnectOptions | undefined {
  const found = KINDS[`${resource}/${target.subresource}`];
  if (found === undefined) return undefined;
  const [kind, fields] = found;
  const object: JsonObject = { kind, apiVersion: 'v1' };
  for (const [name, read] of Object.entries(fields)) {
    const value = read(query, name);
    if (value !== undefined) object[name] = value;
  }
  if (target.subresource === 'proxy') object['path'] = target.rest === '' ? '/' : `/${target.rest.replace(/^\//, '')}`;
  return { kind: { group: '', version: 'v1', kind }, object: object as unknown as KubeObject };
}
