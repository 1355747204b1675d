import { booleanAt, listAt, textAt, textsAt } from '../json/read.ts';
import type { ApiResource } from '../types/discovery.ts';

/** Group versions of an APIVersions (`/api`) or APIGroupList (`/apis`) answer, as `v1` or `apps/v1`. */
export function readGroupVersions(document: unknown): string[] {
  const core = textsAt(document, 'versions');
  const named = listAt(document, 'groups').flatMap((group) =>
    listAt(group, 'versions').flatMap((version) => textAt(version, 'groupVersion') ?? []),
  );
  return [...core, ...named];
}

/** Reads meta/v1 APIResourceList. */
export function readResourceList(document: unknown, apiVersion: string): ApiResource[] {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  const items = listAt(document, 'resources');
  const resources: ApiResource[] = [];
  for (const item of items) {
    const plural = textAt(item, 'name') ?? '';
    const kind = textAt(item, 'kind');
    if (plural === '' || plural.includes('/') || kind === undefined) continue;
    resources.push({
      apiVersion,
      kind,
      group,
      version,
      plural,
      singular: textAt(item, 'singularName') ?? '',
      namespaced: booleanAt(item, 'namespaced') ?? false,
      verbs: textsAt(item, 'verbs'),
      shortNames: textsAt(item, 'shortNames'),
      subresources: items.flatMap((other) => {
        const name = textAt(other, 'name') ?? '';
        return name.startsWith(`${plural}/`) ? name.slice(plural.length + 1) : [];
      }),
    });
  }
  return resources;
}
