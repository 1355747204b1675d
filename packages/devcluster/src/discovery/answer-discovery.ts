import type { JsonObject, JsonValue } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import { type Answer, jsonAnswer, pageNotFound } from '../server/answers/answer.ts';
import { negotiateAggregated, negotiateDocument } from '../server/answers/negotiation.ts';
import { methodNotAllowed, unknownPath } from '../server/answers/status-reasons.ts';
import type { ApiRequest } from '../server/api-request.ts';
import type { ResourceCatalog } from '../server/resource-catalog.ts';
import { goYaml } from '../wire/go-yaml.ts';
import { encodeDiscovery } from '../wire/protobuf-discovery.ts';
import { PROTOBUF } from '../wire/read-body.ts';
import type { Discovery } from './discovery.ts';
import type { GroupDiscovery, ResourceDiscovery, VersionDiscovery } from './documents.ts';
import { storageVersionHash } from './storage-version-hash.ts';

/**
 * /api, /apis, /apis/<group>, /api/v1 and /apis/<group>/<version>. The lists of groups and the groups are answered to any method; the others are routes that
 * only GET has. Throws StatusError 404, 405 or 406.
 */
export function answerDiscovery(discovery: Discovery, catalog: ResourceCatalog, request: ApiRequest): Answer {
  const [, prefix, ...rest] = request.path.replace(/\/+$/, '').split('/').map(decodeURIComponent);
  const [group, version] = prefix === 'api' ? ['', ...rest] : rest;
  if (group === undefined || (prefix === 'api' && version === undefined)) return rootAnswer(discovery, request, prefix === 'api');
  if (prefix === 'apis') {
    const found = discovery.group(group);
    if (found === undefined) return pageNotFound();
    if (version === undefined) return documentAnswer(request, false, groupDocument(found, true));
  }
  return versionAnswer(discovery, catalog, request, group, version ?? '');
}

/** A document in the format asked for. */
function documentAnswer(request: ApiRequest, routed: boolean, document: JsonObject): Answer {
  const format = negotiateDocument(request.headers['accept'], routed);
  if (format === 'yaml') return { status: 200, headers: { 'content-type': 'application/yaml' }, body: goYaml(document) };
  const bytes = format === 'protobuf' ? encodeDiscovery(document) : undefined;
  if (bytes === undefined) return jsonAnswer(200, document);
  return { status: 200, headers: { 'content-type': PROTOBUF }, body: bytes };
}

function rootAnswer(discovery: Discovery, request: ApiRequest, core: boolean): Answer {
  if (core && request.method !== 'GET') throw methodNotAllowed();
  const format = negotiateAggregated(request.headers['accept']);
  if (format !== undefined) return aggregated(discovery, request, core, format);
  if (core) {
    return documentAnswer(request, true, {
      kind: 'APIVersions',
      versions: discovery.core().versions.map((version) => version.version),
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: request.headers['host'] ?? 'localhost' }],
    });
  }
  const groups = discovery.groups().map((group) => groupDocument(group, false));
  return documentAnswer(request, false, { kind: 'APIGroupList', apiVersion: 'v1', groups });
}

/** The whole catalogue in one document, revalidated by ETag. */
function aggregated(discovery: Discovery, request: ApiRequest, core: boolean, format: 'json' | 'yaml'): Answer {
  const etag = `"${discovery.etag(core)}"`;
  const headers = {
    'content-type': `application/${format};g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`,
    etag,
    vary: 'Accept',
    'cache-control': 'public',
  };
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: '' };
  const items = core ? [discovery.core()] : discovery.groups();
  const document = { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
  if (format === 'json') return jsonAnswer(200, document, headers);
  return { status: 200, headers, body: goYaml(JSON.parse(JSON.stringify(document)) as JsonValue) };
}

function groupDocument(group: GroupDiscovery, alone: boolean): JsonObject {
  const name = group.metadata.name ?? '';
  const versions = group.versions.map(({ version }) => ({ groupVersion: `${name}/${version}`, version }));
  return { ...(alone ? { kind: 'APIGroup', apiVersion: 'v1' } : {}), name, versions, preferredVersion: versions[0] ?? null };
}

function versionAnswer(discovery: Discovery, catalog: ResourceCatalog, request: ApiRequest, group: string, version: string): Answer {
  const found = discovery.version(group, version);
  const custom = catalog.isCustomGroup(group);
  if (found === undefined) {
    if (custom) return pageNotFound();
    throw unknownPath();
  }
  if (!custom && request.method !== 'GET') throw methodNotAllowed();
  return documentAnswer(request, !custom, {
    kind: 'APIResourceList',
    // The core group's list is older than apiVersion in such documents.
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: JSON.parse(JSON.stringify(resourceRows(catalog, group, found))) as JsonValue,
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
