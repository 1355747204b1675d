/** Taking out of a custom resource what its schema does not know, and reading its metadata as the server does. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { isMap } from '../apply/typed-view.ts';
import { decodeStruct } from '../decode/go-decoder.ts';
import { GoDecodeError } from '../decode/place.ts';
import { sorted } from '../validation/parts/field-errors.ts';
import type { Structural } from './structural.ts';

const OBJECT_META = 'k8s.io/apimachinery/pkg/apis/meta/v1.ObjectMeta';
const HEAD = new Set(['apiVersion', 'kind', 'metadata']);

/** Removes unknown fields and nulls that are neither allowed nor defaulted, in place. Returns the unknown paths as the server lists them. */
export function pruneObject(object: JsonObject, schema: Structural): string[] {
  const unknown: string[] = [];
  prune(object, { ...schema, embedded: true }, '', unknown);
  const metadata: string[] = [];
  for (const [name, property] of schema.properties) {
    if (!HEAD.has(name)) readEmbeddedMetadata(object[name], property, name, metadata);
  }
  dropNulls(object, schema);
  return [...unknown.sort(), ...metadata.sort()];
}

/** Removes what the schema does not know from a value inside an object, in place. */
export function pruneValue(value: JsonValue, schema: Structural): void {
  prune(value, schema, 'default', []);
}

const childPath = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

function prune(value: JsonValue, schema: Structural | undefined, path: string, unknown: string[]): void {
  if (schema?.preserveUnknown === true) {
    skip(value, schema, path, unknown);
    return;
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) prune(value[i] as JsonValue, schema?.items, `${path}[${i}]`, unknown);
    return;
  }
  if (!isMap(value)) return;
  for (const key of Object.keys(value)) {
    if (schema?.embedded === true && HEAD.has(key)) continue;
    const below = schema?.properties.get(key) ?? schema?.additional;
    if (below !== undefined) prune(value[key] as JsonValue, below, childPath(path, key), unknown);
    else {
      if (!HEAD.has(key) || path !== '') unknown.push(childPath(path, key));
      delete value[key];
    }
  }
}

/** Below a schema that keeps unknown fields only what it declares is pruned. */
function skip(value: JsonValue, schema: Structural, path: string, unknown: string[]): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) for (let i = 0; i < value.length; i++) skip(value[i] as JsonValue, items, `${path}[${i}]`, unknown);
    return;
  }
  if (!isMap(value)) return;
  for (const key of Object.keys(value)) {
    if (schema.embedded && HEAD.has(key)) continue;
    const below = schema.properties.get(key) ?? schema.additional;
    if (below !== undefined) prune(value[key] as JsonValue, below, childPath(path, key), unknown);
  }
}

/** Throws GoDecodeError that says where and what. */
function decodeMetadata(metadata: JsonObject, path: string): ReturnType<typeof decodeStruct> {
  try {
    return decodeStruct(OBJECT_META, metadata);
  } catch (error) {
    if (!(error instanceof GoDecodeError)) throw error;
    throw new GoDecodeError(`${path}: Invalid value: ${JSON.stringify(sorted(metadata))}: ${error.message}`);
  }
}

/** metadata of embedded objects is read like any object's. */
function readEmbeddedMetadata(value: JsonValue | undefined, schema: Structural, path: string, unknown: string[]): void {
  if (Array.isArray(value)) {
    if (schema.items === undefined) return;
    for (let i = 0; i < value.length; i++) readEmbeddedMetadata(value[i], schema.items, `${path}[${i}]`, unknown);
    return;
  }
  if (value === undefined || !isMap(value)) return;
  const { metadata } = value;
  if (schema.embedded && metadata !== undefined && isMap(metadata)) {
    const decoded = decodeMetadata(metadata, `${path}.metadata`);
    unknown.push(...decoded.unknown.map((name) => `${path}.metadata.${name}`));
    value['metadata'] = decoded.value;
  }
  for (const key of Object.keys(value)) {
    const below = schema.properties.get(key) ?? schema.additional;
    if (below !== undefined) readEmbeddedMetadata(value[key], below, `${path}.${key}`, unknown);
  }
}

function dropNulls(value: JsonValue, schema: Structural | undefined): void {
  if (schema === undefined) return;
  if (Array.isArray(value)) {
    for (const item of value) dropNulls(item, schema.items);
    return;
  }
  if (!isMap(value)) return;
  for (const key of Object.keys(value)) {
    const below = schema.properties.get(key) ?? schema.additional;
    if (below === undefined) continue;
    const member = value[key] as JsonValue;
    // x-kubernetes-preserve-unknown-fields without a type keeps nulls: there is nothing that says they are wrong
    if (member === null && !below.nullable && below.default === undefined) delete value[key];
    else dropNulls(member, below);
  }
}
