import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import { SCHEMA_REF } from './schemas.ts';

const META = `${SCHEMA_REF}io.k8s.apimachinery.pkg.apis.meta.v1`;
const CONVENTIONS = 'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md';

const texts = (description: string): JsonObject => ({ description, type: 'string' });
const refers = (description: string, kind: string): JsonObject => ({ description, allOf: [{ $ref: `${META}.${kind}` }] });

/** Members that every object of a kind has, as the server describes them. */
const TYPE_META: JsonObject = {
  apiVersion: texts(
    `APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: ${CONVENTIONS}#resources`,
  ),
  kind: texts(
    `Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: ${CONVENTIONS}#types-kinds`,
  ),
};
const OBJECT_META = refers(`Standard object's metadata. More info: ${CONVENTIONS}#metadata`, 'ObjectMeta');
const LIST_META = refers(`Standard list metadata. More info: ${CONVENTIONS}#types-kinds`, 'ListMeta');

/** The same of an object inside of another. */
const EMBEDDED: JsonObject = {
  apiVersion: texts(`apiVersion defines the versioned schema of this representation of an object. More info: ${CONVENTIONS}#resources`),
  kind: texts(`kind is a string value representing the type of this object. In CamelCase. More info: ${CONVENTIONS}#types-kinds`),
  metadata: OBJECT_META,
};

/** The published schemas of a version of a definition: its own schema with the members that every object has. */
export function customSchemas(type: TypeInfo, definition: KubeObject): Record<string, JsonObject> {
  const base = `${type.group.split('.').reverse().join('.')}.${type.version}`;
  const own = publishable(versionSchema(definition, type.version));
  const gvk = (kind: string): JsonValue => [{ group: type.group, kind, version: type.version }];
  const object: JsonObject = {
    ...own,
    type: 'object',
    properties: { ...record(own['properties']), ...TYPE_META, metadata: OBJECT_META },
    'x-kubernetes-group-version-kind': gvk(type.kind),
  };
  const list: JsonObject = {
    description: `${type.listKind} is a list of ${type.kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      ...TYPE_META,
      items: {
        description: `List of ${type.plural}. More info: ${CONVENTIONS}`,
        type: 'array',
        items: { $ref: `${SCHEMA_REF}${base}.${type.kind}` },
      },
      metadata: LIST_META,
    },
    'x-kubernetes-group-version-kind': gvk(type.listKind),
  };
  return { [`${base}.${type.kind}`]: object, [`${base}.${type.listKind}`]: list };
}

function versionSchema(definition: KubeObject, version: string): JsonObject {
  const versions = record(definition['spec'] as JsonValue)['versions'];
  const found = Array.isArray(versions) ? versions.find((each) => record(each)['name'] === version) : undefined;
  return record(record(record(found)['schema'])['openAPIV3Schema']);
}

function record(value: JsonValue | undefined): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

/** A schema as it is published: what the extensions of Kubernetes mean is said in plain OpenAPI too. */
function publishable(schema: JsonObject): JsonObject {
  const out: JsonObject = { ...schema };
  if (isObject(schema['items'])) out['items'] = publishable(schema['items']);
  if (isObject(schema['additionalProperties'])) out['additionalProperties'] = publishable(schema['additionalProperties']);
  if (isObject(schema['properties'])) out['properties'] = mapMembers(schema['properties'], publishable);
  if (schema['x-kubernetes-int-or-string'] === true && schema['anyOf'] === undefined) {
    delete out['type'];
    out['anyOf'] = [{ type: 'integer' }, { type: 'string' }];
  }
  if (schema['x-kubernetes-embedded-resource'] === true) {
    out['properties'] = { ...record(out['properties']), ...EMBEDDED };
    const required = Array.isArray(schema['required']) ? schema['required'] : [];
    out['required'] = [...required, ...['kind', 'apiVersion'].filter((name) => !required.includes(name))];
  }
  return out;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function mapMembers(members: JsonObject, change: (member: JsonObject) => JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, isObject(member) ? change(member) : member]));
}
