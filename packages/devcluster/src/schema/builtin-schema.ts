import type { JsonValue } from '@caretaker/kube';
import type { TypeSchema } from './contract.ts';
import { ANY_SCALAR, DEDUCED, SchemaNode, type SchemaNodeInit, UNTYPED } from './schema-node.ts';
import { type FieldRow, typeRow } from './type-table.ts';

const SCALARS: Readonly<Record<string, TypeSchema['kind']>> = {
  string: 'string',
  bytes: 'string',
  bool: 'boolean',
  int: 'integer',
  int32: 'integer',
  int64: 'integer',
  uint8: 'integer',
  uint16: 'integer',
  uint32: 'integer',
  float64: 'number',
};

const NAMED: Readonly<Record<string, TypeSchema>> = {
  quantity: ANY_SCALAR,
  time: ANY_SCALAR,
  microtime: ANY_SCALAR,
  duration: ANY_SCALAR,
  intorstring: UNTYPED,
  raw: UNTYPED,
  fields: new SchemaNode({ kind: 'map', element: () => DEDUCED }),
  json: DEDUCED,
  schemaorarray: DEDUCED,
  schemaorbool: DEDUCED,
  schemaorstrings: DEDUCED,
};

const structs = new Map<string, ReadonlyMap<string, TypeSchema>>();

function propertiesOf(typeName: string): ReadonlyMap<string, TypeSchema> {
  let properties = structs.get(typeName);
  if (properties === undefined) {
    properties = new Map(typeRow(typeName).fields.map((row) => [row.n, schemaOfField(row)]));
    structs.set(typeName, properties);
  }
  return properties;
}

/** A scalar that is always written has its zero as default, which may stand for a key. */
function defaultOf(row: FieldRow): JsonValue | undefined {
  if (row.d !== undefined) return row.d;
  if (row.o !== undefined && row.o !== 0 && row.z === undefined) return undefined;
  const kind = SCALARS[row.t];
  return kind === undefined ? undefined : kind === 'string' ? '' : kind === 'boolean' ? false : 0;
}

function schemaOfField(row: FieldRow): TypeSchema {
  const fallback = defaultOf(row);
  return schemaOf(row.t, {
    ...(row.l === undefined ? {} : { listType: row.l }),
    ...(row.k === undefined ? {} : { listMapKeys: row.k }),
    ...(row.a === true ? { atomic: true } : row.b === true ? { atomic: false } : {}),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(row.m === undefined ? {} : { patchMergeKey: row.m }),
    ...(row.s === undefined ? {} : { patchStrategies: row.s.split(',') }),
  });
}

/** The schema of a type expression of the generated table, with what its field adds. */
function schemaOf(type: string, use: Partial<SchemaNodeInit> = {}): TypeSchema {
  if (type.startsWith('[]')) return new SchemaNode({ ...use, kind: 'list', element: () => schemaOf(type.slice(2)) });
  if (type.startsWith('{}')) return new SchemaNode({ ...use, kind: 'map', element: () => schemaOf(type.slice(2)) });
  if (type.startsWith('#')) {
    const name = type.slice(1);
    return new SchemaNode({
      ...use,
      kind: 'struct',
      typeName: typeRow(name).name,
      atomic: use.atomic ?? typeRow(name).atomic === true,
      properties: () => propertiesOf(name),
    });
  }
  const scalar = SCALARS[type];
  if (scalar !== undefined) return new SchemaNode({ ...use, kind: scalar });
  const named = NAMED[type];
  if (named === undefined) throw new Error(`unknown type ${type} in the table of built-in types`);
  return named;
}

const roots = new Map<string, TypeSchema>();

/** The schema of a built-in struct, by the name it has in the generated table. */
export function builtinSchema(typeName: string): TypeSchema {
  let schema = roots.get(typeName);
  if (schema === undefined) {
    schema = schemaOf(`#${typeName}`);
    roots.set(typeName, schema);
  }
  return schema;
}
