import { KubeError } from '../errors/kube-error.ts';
import type { ApiResource } from '../types/discovery.ts';

export interface Target {
  namespace?: string | undefined;
  name?: string | undefined;
  subresource?: string | undefined;
}

/** `/api/v1/namespaces/a/pods/b/status`. Without a namespace, a namespaced resource means all namespaces. */
export function resourcePath(resource: ApiResource, target: Target): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const scope = resource.namespaced && target.namespace !== undefined ? `/namespaces/${encodeURIComponent(target.namespace)}` : '';
  const name = target.name === undefined ? '' : `/${encodeURIComponent(target.name)}`;
  return `${root}${scope}/${resource.plural}${name}${target.subresource === undefined ? '' : `/${target.subresource}`}`;
}

/** The path of one object, which must have a namespace when its kind has. */
export function objectPath(resource: ApiResource, target: Target): string {
  if (resource.namespaced && (target.namespace === undefined || target.namespace === '')) {
    throw new KubeError(
      'KUBE_NAMESPACE_REQUIRED',
      `a ${resource.kind} lives in a namespace and none was given (name "${target.name ?? ''}")`,
    );
  }
  return resourcePath(resource, target);
}

/** `?a=b&c=d`; members without a value are left out. */
export function queryOf(members: Readonly<Record<string, string | number | boolean | undefined>>): string {
  let query = '';
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined || value === '') continue;
    query += `${query === '' ? '?' : '&'}${name}=${encodeURIComponent(value)}`;
  }
  return query;
}
