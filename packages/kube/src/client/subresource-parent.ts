import type { GroupVersionKind } from '../types/object.ts';

/** Subresources whose body is of another kind than the object they belong to. */
const parents: Readonly<Record<string, GroupVersionKind>> = {
  eviction: { apiVersion: 'v1', kind: 'Pod' },
  binding: { apiVersion: 'v1', kind: 'Pod' },
  token: { apiVersion: 'v1', kind: 'ServiceAccount' },
};

/** The kind in whose path a body is written: its own, unless it goes to one of the subresources above. */
export function parentKind(body: GroupVersionKind, subresource: string | undefined): GroupVersionKind {
  return (subresource === undefined ? undefined : parents[subresource]) ?? body;
}
