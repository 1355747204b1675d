/** What a path says, before anybody looks whether it exists. Everything outside /api and /apis is a non-resource path. */
export type RequestPath = NonResourcePath | ResourcePath;

export interface NonResourcePath {
  readonly kind: 'non-resource';
  readonly path: string;
  /** `/api/v1` and `/apis/apps/v1` name their group and version (discovery documents). */
  readonly discovery?: { readonly group?: string; readonly version?: string };
}

export interface ResourcePath {
  readonly kind: 'resource';
  readonly path: string;
  /** '' for core. */
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  /** The old form of a watch: `/api/v1/watch/…`. */
  readonly watch: boolean;
  /** The path after the subresource, for proxies. */
  readonly rest: string;
}

/** Understands a path as the apiserver's RequestInfo does: `namespaces/<n>` is itself a resource, `namespaces/<n>/<r>` is `<r>` inside of it. */
export function parsePath(path: string): RequestPath {
  const segments = path.split('/').filter((part, index) => index > 0 || part !== '');
  while (segments[segments.length - 1] === '') segments.pop();
  const prefix = segments[0];
  if (prefix !== 'api' && prefix !== 'apis') return { kind: 'non-resource', path };
  const core = prefix === 'api';
  const group = core ? '' : segments[1];
  const version = core ? segments[1] : segments[2];
  const rest = segments.slice(core ? 2 : 3);
  if (group === undefined || version === undefined || rest.length === 0) {
    return {
      kind: 'non-resource',
      path,
      discovery: { ...(group === undefined ? {} : { group }), ...(version === undefined ? {} : { version }) },
    };
  }
  return resourcePath(path, group, version, rest);
}

function resourcePath(path: string, group: string, version: string, all: readonly string[]): ResourcePath {
  const watch = all[0] === 'watch' && all.length > 1;
  const segments = watch ? all.slice(1) : all;
  let [resource, name, subresource] = segments;
  let namespace: string | undefined;
  let after = 3;
  if (resource === 'namespaces' && name !== undefined) {
    namespace = name;
    // `finalize` and `status` are subresources of the namespace itself.
    if (subresource !== undefined && subresource !== 'finalize' && subresource !== 'status') {
      [resource, name, subresource] = segments.slice(2);
      after = 5;
    }
  }
  return {
    kind: 'resource',
    path,
    group,
    version,
    resource: resource ?? '',
    namespace,
    name,
    subresource,
    watch,
    rest: segments.slice(after).join('/'),
  };
}

/** A path without escapes, as far as it can be read. */
export function decodePath(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
