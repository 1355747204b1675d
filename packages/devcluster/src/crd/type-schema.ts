/** A structural schema in the form that merging works on. */
import { builtinSchema } from '../schema/builtin-schema.ts';
import type { TypeSchema } from '../schema/contract.ts';
import { ANY_SCALAR, DEDUCED, SchemaNode, type SchemaNodeInit } from '../schema/schema-node.ts';
import type { Structural } from './structural.ts';

const OBJECT_META = 'k8s.io/apimachinery/pkg/apis/meta/v1.ObjectMeta';

const string = new SchemaNode({ kind: 'string' });

function headOf(): [string, TypeSchema][] {
  return [
    ['apiVersion', string],
    ['kind', string],
    ['metadata', builtinSchema(OBJECT_META)],
  ];
}

/** Schema of a custom resource: what the definition says, with apiVersion, kind and metadata as every object has them. */
export function rootTypeSchema(root: Structural): TypeSchema {
  return nodeOf(root, false, true);
}

/** `preserve`: an ancestor keeps unknown fields, and so do all below it. */
function nodeOf(schema: Structural, preserve: boolean, isObject = schema.embedded): TypeSchema {
  const keeps = preserve || schema.preserveUnknown;
  const init: Omit<SchemaNodeInit, 'kind'> = {
    atomic: schema.mapType === 'atomic',
    nullable: schema.nullable,
    preserveUnknown: keeps,
    embeddedResource: schema.embedded,
    intOrString: schema.intOrString,
    ...(schema.default === undefined ? {} : { default: schema.default }),
  };
  switch (schema.type) {
    case 'object':
      return objectNode(schema, keeps, isObject, init);
    case 'array':
      return listNode(schema, keeps, init);
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
      return schema.type === 'string' && typeof schema.raw['format'] === 'string' && schema.raw['format'] !== 'byte'
        ? new SchemaNode({ ...init, kind: 'any', intOrString: true })
        : new SchemaNode({ ...init, kind: schema.type });
    default:
      return schema.intOrString
        ? schema.default === undefined
          ? ANY_SCALAR
          : new SchemaNode({ ...init, kind: 'any' })
        : anyNode(schema, keeps, isObject, init);
  }
}

function propertiesOf(schema: Structural, keeps: boolean, isObject: boolean): () => ReadonlyMap<string, TypeSchema> {
  return () => {
    const own = [...schema.properties].map(([name, property]): [string, TypeSchema] => [name, nodeOf(property, keeps)]);
    return new Map(isObject ? [...own, ...headOf()] : own);
  };
}

function objectNode(schema: Structural, keeps: boolean, isObject: boolean, init: Omit<SchemaNodeInit, 'kind'>): TypeSchema {
  const { additional } = schema;
  if (additional !== undefined) {
    return new SchemaNode({
      ...init,
      kind: 'map',
      properties: propertiesOf(schema, keeps, isObject),
      element: () => nodeOf(additional, keeps),
    });
  }
  return new SchemaNode({ ...init, kind: 'struct', properties: propertiesOf(schema, keeps, isObject) });
}

function listNode(schema: Structural, keeps: boolean, init: Omit<SchemaNodeInit, 'kind'>): TypeSchema {
  const { items } = schema;
  const listType = schema.listType === 'map' || schema.listType === 'set' ? schema.listType : 'atomic';
  return new SchemaNode({
    ...init,
    kind: 'list',
    listType,
    listMapKeys: schema.listMapKeys,
    element: () => (items === undefined ? DEDUCED : nodeOf(items, keeps)),
  });
}

function anyNode(schema: Structural, keeps: boolean, isObject: boolean, init: Omit<SchemaNodeInit, 'kind'>): TypeSchema {
  const { additional } = schema;
  return new SchemaNode({
    ...init,
    kind: 'any',
    properties: propertiesOf(schema, keeps, isObject),
    element: () => (additional === undefined ? DEDUCED : nodeOf(additional, keeps)),
  });
}
