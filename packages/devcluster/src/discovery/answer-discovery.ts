import type { TypeInfo } from '../schema/contract.ts';
import { type Answer, jsonAnswer, pageNotFound } from '../server/answer.ts';
import type { ApiRequest } from '../server/api-request.ts';
import type { ResourceCatalog } from '../server/resource-catalog.ts';
import { unknownPath } from '../server/status-reasons.ts';
import type { Discovery } from './discovery.ts';
import type { GroupDiscovery, ResourceDiscovery, VersionDiscovery } from './documents.ts';
import { storageVersionHash } from './storage-version-hash.ts';

const AGGREGATED = /application\/json\s*;[^,]*\bas=APIGroupDiscoveryList/;
const AGGREGATED_V2 = /;\s*v=v2(?!\w)/;

/** /api, /apis, /apis/<group>, /api/v1 and /apis/<group>/<version>. Throws StatusError 404. */
export function answerDiscovery(discovery: Discovery, catalog: ResourceCatalog, request: ApiRequest): Answer {
  const [prefix, ...rest] = request.path.split('/').filter((part) => part !== '');
  if (prefix === 'api') {
    if (rest.length === 0) return rootAnswer(discovery, request, true);
    return versionAnswer(discovery, catalog, '', rest[0] ?? '');
  }
  const [group, version] = rest;
  if (group === undefined) return rootAnswer(discovery, request, false);
  const found = discovery.group(group);
  if (found === undefined) return pageNotFound();
  return version === undefined ? jsonAnswer(200, groupDocument(found, true)) : versionAnswer(discovery, catalog, group, version);
}

function rootAnswer(discovery: Discovery, request: ApiRequest, core: boolean): Answer {
  const accept = request.headers['accept'] ?? '';
  const clause = accept.split(',').find((each) => AGGREGATED.test(each) && AGGREGATED_V2.test(each));
  if (clause !== undefined) return aggregated(discovery, request, core);
  if (core) {
    return jsonAnswer(200, {
      kind: 'APIVersions',
      versions: discovery.core().versions.map((version) => version.version),
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: request.headers['host'] ?? 'localhost' }],
    });
  }
  return jsonAnswer(200, {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: discovery.groups().map((group) => groupDocument(group, false)),
  });
}

/** The whole catalogue in one document, revalidated by ETag. */
function aggregated(discovery: Discovery, request: ApiRequest, core: boolean): Answer {
  const etag = `"${discovery.etag(core)}"`;
  const headers = {
    'content-type': 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    etag,
    vary: 'Accept',
    'cache-control': 'public',
  };
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: '' };
  const items = core ? [discovery.core()] : discovery.groups();
  return jsonAnswer(200, { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items }, headers);
}

function groupDocument(group: GroupDiscovery, alone: boolean) {
  const name = group.metadata.name ?? '';
  const versions = group.versions.map(({ version }) => ({ groupVersion: `${name}/${version}`, version }));
  return { ...(alone ? { kind: 'APIGroup', apiVersion: 'v1' } : {}), name, versions, preferredVersion: versions[0] };
}

function versionAnswer(discovery: Discovery, catalog: ResourceCatalog, group: string, version: string): Answer {
  const found = discovery.version(group, version);
  if (found === undefined) {
    if (catalog.isCustomGroup(group)) return pageNotFound();
    throw unknownPath();
  }
  return jsonAnswer(200, {
    kind: 'APIResourceList',
    // The core group's list is older than apiVersion in such documents.
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: resourceRows(catalog, group, found),
  });
}

function resourceRows(catalog: ResourceCatalog, group: string, version: VersionDiscovery): unknown[] {
  return version.resources.flatMap((resource) => [
    resourceRow(catalog.find(group, version.version, resource.resource), catalog, resource),
    ...(resource.subresources ?? []).map((sub) => ({
      name: `${resource.resource}/${sub.subresource}`,
      singularName: '',
      namespaced: resource.scope === 'Namespaced',
      ...foreignKind(sub.responseKind.group, sub.responseKind.version, group, version.version),
      kind: sub.responseKind.kind,
      verbs: sub.verbs,
    })),
  ]);
}

function resourceRow(type: TypeInfo | undefined, catalog: ResourceCatalog, resource: ResourceDiscovery): unknown {
  const storage = type === undefined || type.virtual ? undefined : catalog.storageType(catalog.tableKey(type));
  return {
    name: resource.resource,
    singularName: resource.singularResource,
    namespaced: resource.scope === 'Namespaced',
    kind: resource.responseKind.kind,
    verbs: type !== undefined && !type.builtin ? CUSTOM_VERBS : resource.verbs,
    ...(resource.shortNames === undefined ? {} : { shortNames: resource.shortNames }),
    ...(resource.categories === undefined ? {} : { categories: resource.categories }),
    ...(storage === undefined || !resource.verbs.includes('watch')
      ? {}
      : { storageVersionHash: storageVersionHash(storage.group, storage.version, storage.kind) }),
  };
}

/** The order in which definitions list their verbs. */
const CUSTOM_VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

/** A subresource of another group says so (Scale, Eviction). */
function foreignKind(kindGroup: string, kindVersion: string, group: string, version: string) {
  if (kindGroup === '' && kindVersion === '') return {};
  return kindGroup === group && kindVersion === version ? {} : { group: kindGroup, version: kindVersion };
}
