import type { JsonObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import { SCHEMA_REF } from './schemas.ts';

const DELETE_OPTIONS = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';
const PATCH = 'io.k8s.apimachinery.pkg.apis.meta.v1.Patch';
const STATUS = 'io.k8s.apimachinery.pkg.apis.meta.v1.Status';
const MEDIA_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const PATCH_TYPES = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];

/** kubectl apply sends a strategic merge patch to whatever lists it here; custom kinds answer 415 to one. */
const patchTypes = (type: TypeInfo): readonly string[] => (type.builtin ? PATCH_TYPES : PATCH_TYPES.slice(0, 3));

/** What a path of a kind refers to: the schema of its objects and of its lists. */
export interface KindSchemas {
  readonly object: string;
  readonly list: string;
}

/** OpenAPI path items of a resource: its collection, its objects, its subresources. */
export function pathsOf(type: TypeInfo, schemas: KindSchemas): Record<string, JsonObject> {
  const root = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  const collection = type.namespaced ? `${root}/namespaces/{namespace}/${type.plural}` : `${root}/${type.plural}`;
  const scope = type.namespaced ? [pathParameter('namespace')] : [];
  const paths: Record<string, JsonObject> = {};
  const has = (verb: string): boolean => type.verbs.includes(verb);
  if (type.namespaced && has('list')) paths[`${root}/${type.plural}`] = { get: operation(type, 'list', 'get', schemas.list) };
  const items: JsonObject = { ...(scope.length > 0 ? { parameters: scope } : {}) };
  if (has('list')) items['get'] = operation(type, 'list', 'get', schemas.list, LIST_PARAMETERS);
  if (has('create')) items['post'] = operation(type, 'post', 'post', schemas.object, WRITE_PARAMETERS, body(MEDIA_TYPES, schemas.object));
  if (has('deletecollection'))
    items['delete'] = operation(type, 'deletecollection', 'delete', STATUS, LIST_PARAMETERS, body(MEDIA_TYPES, DELETE_OPTIONS));
  paths[collection] = items;
  const named = [pathParameter('name'), ...scope];
  const one: JsonObject = { parameters: named };
  if (has('get')) one['get'] = operation(type, 'get', 'get', schemas.object);
  if (has('update')) one['put'] = operation(type, 'put', 'put', schemas.object, WRITE_PARAMETERS, body(MEDIA_TYPES, schemas.object));
  if (has('patch')) one['patch'] = operation(type, 'patch', 'patch', schemas.object, PATCH_PARAMETERS, body(patchTypes(type), PATCH));
  if (has('delete')) one['delete'] = operation(type, 'delete', 'delete', STATUS, DELETE_PARAMETERS, body(MEDIA_TYPES, DELETE_OPTIONS));
  if (Object.keys(one).length > 1) paths[`${collection}/{name}`] = one;
  for (const sub of type.subresources.values()) {
    const item: JsonObject = { parameters: named };
    if (sub.verbs.includes('get')) item['get'] = operation(type, 'get', 'get', schemas.object);
    if (sub.verbs.includes('create')) item['post'] = operation(type, 'post', 'post', schemas.object, WRITE_PARAMETERS);
    if (sub.verbs.includes('update'))
      item['put'] = operation(type, 'put', 'put', schemas.object, WRITE_PARAMETERS, body(MEDIA_TYPES, schemas.object));
    if (sub.verbs.includes('patch'))
      item['patch'] = operation(type, 'patch', 'patch', schemas.object, PATCH_PARAMETERS, body(patchTypes(type), PATCH));
    paths[`${collection}/{name}/${sub.name}`] = item;
  }
  return paths;
}

function operation(
  type: TypeInfo,
  action: string,
  method: string,
  schema: string,
  parameters: readonly JsonObject[] = [],
  requestBody?: JsonObject,
): JsonObject {
  const { group, version, kind } = type;
  return {
    operationId: `${method}${capital(group.split('.')[0] || 'core')}${capital(version)}${type.namespaced ? 'Namespaced' : ''}${kind}${action === 'list' || action === 'deletecollection' ? 'Collection' : ''}`,
    tags: [`${group.split('.')[0] || 'core'}_${version}`],
    ...(parameters.length > 0 ? { parameters: [...parameters] } : {}),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: { 200: { description: 'OK', content: content(MEDIA_TYPES, schema) }, 401: { description: 'Unauthorized' } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, kind, version },
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function content(types: readonly string[], schema: string): JsonObject {
  return Object.fromEntries(types.map((type) => [type, { schema: { $ref: `${SCHEMA_REF}${schema}` } }]));
}

function body(types: readonly string[], schema: string): JsonObject {
  return { content: content(types, schema), required: true };
}

function pathParameter(name: string): JsonObject {
  return { name, in: 'path', required: true, schema: { type: 'string', uniqueItems: true } };
}

function query(name: string, type: string): JsonObject {
  return { name, in: 'query', schema: { type, uniqueItems: true } };
}

const WRITE_PARAMETERS = [query('dryRun', 'string'), query('fieldManager', 'string'), query('fieldValidation', 'string')];
const PATCH_PARAMETERS = [...WRITE_PARAMETERS, query('force', 'boolean')];
const DELETE_PARAMETERS = [
  query('dryRun', 'string'),
  query('gracePeriodSeconds', 'integer'),
  query('orphanDependents', 'boolean'),
  query('propagationPolicy', 'string'),
];
const LIST_PARAMETERS = [
  query('allowWatchBookmarks', 'boolean'),
  query('continue', 'string'),
  query('fieldSelector', 'string'),
  query('labelSelector', 'string'),
  query('limit', 'integer'),
  query('resourceVersion', 'string'),
  query('resourceVersionMatch', 'string'),
  query('sendInitialEvents', 'boolean'),
  query('timeoutSeconds', 'integer'),
  query('watch', 'boolean'),
];
