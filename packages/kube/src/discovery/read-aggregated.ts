import { listAt, textAt, textsAt } from '../json/read.ts';
import type { ApiResource } from '../types/discovery.ts';

/** Reads apidiscovery.k8s.io APIGroupDiscoveryList (v2 or v2beta1): groups by priority, versions by preference. */
export function readAggregated(document: unknown): ApiResource[] {
  const resources: ApiResource[] = [];
  for (const group of listAt(document, 'items')) {
    const groupName = textAt(group, 'metadata', 'name') ?? '';
    for (const version of listAt(group, 'versions')) {
      const versionName = textAt(version, 'version') ?? '';
      for (const item of listAt(version, 'resources')) resources.push(...readResource(item, groupName, versionName));
    }
  }
  return resources;
}

function readResource(item: unknown, group: string, version: string): ApiResource[] {
  const plural = textAt(item, 'resource');
  const kind = textAt(item, 'responseKind', 'kind');
  if (plural === undefined || kind === undefined || kind === '') return [];
  const ownGroup = textAt(item, 'responseKind', 'group') || group;
  const ownVersion = textAt(item, 'responseKind', 'version') || version;
  // A resource may answer with a kind of another group (deployments/scale did so as a resource of its own): the path is what counts.
  if (ownGroup !== group || ownVersion !== version) return [];
  return [
    {
      apiVersion: group === '' ? version : `${group}/${version}`,
      kind,
      group,
      version,
      plural,
      singular: textAt(item, 'singularResource') ?? '',
      namespaced: textAt(item, 'scope') === 'Namespaced',
      verbs: textsAt(item, 'verbs'),
      shortNames: textsAt(item, 'shortNames'),
      subresources: listAt(item, 'subresources').flatMap((sub) => textAt(sub, 'subresource') ?? []),
    },
  ];
}
