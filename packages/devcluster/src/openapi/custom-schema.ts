import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import type { KindSchemas } from './operations.ts';
import { SCHEMA_REF } from './schemas.ts';

const META = `${SCHEMA_REF}io.k8s.apimachinery.pkg.apis.meta.v1`;
const API_VERSION = 'APIVersion defines the versioned schema of this representation of an object.';
const KIND = 'Kind is a string value representing the REST resource this object represents.';

/** Names of the published schemas of a custom kind: the group backwards, then version and kind. */
export function customSchemaNames(type: TypeInfo): KindSchemas {
  const base = `${type.group.split('.').reverse().join('.')}.${type.version}`;
  return { object: `${base}.${type.kind}`, list: `${base}.${type.listKind}` };
}

/** The published schemas of a version of a definition: its own schema with the members that every object has. */
export function customSchemas(type: TypeInfo, definition: KubeObject): Record<string, JsonObject> {
  const names = customSchemaNames(type);
  const own = publishable(versionSchema(definition, type.version));
  const gvk = (kind: string): JsonValue => [{ group: type.group, kind, version: type.version }];
  const object: JsonObject = {
    ...own,
    type: 'object',
    properties: {
      ...record(own['properties']),
      apiVersion: { type: 'string', description: API_VERSION },
      kind: { type: 'string', description: KIND },
      metadata: { description: 'Standard object metadata.', allOf: [{ $ref: `${META}.ObjectMeta` }] },
    },
    'x-kubernetes-group-version-kind': gvk(type.kind),
  };
  const list: JsonObject = {
    description: `${type.listKind} is a list of ${type.kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: { type: 'string', description: API_VERSION },
      items: { description: `List of ${type.plural}.`, type: 'array', items: { allOf: [{ $ref: `${SCHEMA_REF}${names.object}` }] } },
      kind: { type: 'string', description: KIND },
      metadata: { description: 'Standard list metadata.', allOf: [{ $ref: `${META}.ListMeta` }] },
    },
    'x-kubernetes-group-version-kind': gvk(type.listKind),
  };
  return { [names.object]: object, [names.list]: list };
}

function versionSchema(definition: KubeObject, version: string): JsonObject {
  const versions = record(definition['spec'] as JsonValue)['versions'];
  const found = Array.isArray(versions) ? versions.find((each) => record(each)['name'] === version) : undefined;
  return record(record(record(found)['schema'])['openAPIV3Schema']);
}

function record(value: JsonValue | undefined): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

/** What clients that check objects by the schema cannot take is left out: members are unknown under preserve-unknown-fields. */
function publishable(schema: JsonObject): JsonObject {
  return schema['x-kubernetes-preserve-unknown-fields'] === true && schema['properties'] === undefined
    ? { ...schema, type: 'object' }
    : schema;
}
