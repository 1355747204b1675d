/** The JSON of the server's internal structs, which some messages quote: Go's field names, in order, zero values written out. */
import { readFileSync } from 'node:fs';
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { carryEmpties, givenEmpty } from '../../decode/given-empty.ts';
import { isObj } from './read.ts';

/** [Go name, type, JSON name in the versioned form] */
type InternalField = readonly [string, string, string];

let table: Readonly<Record<string, readonly InternalField[]>> | undefined;

function fieldsOf(type: string): readonly InternalField[] {
  table ??= JSON.parse(readFileSync(new URL('../../generated/internal-types.json', import.meta.url), 'utf8')) as Record<
    string,
    InternalField[]
  >;
  const fields = table[type];
  if (fields === undefined) throw new Error(`no internal type ${type}`);
  return fields;
}

/** Members that the internal struct of a pod keeps in its security context. */
const HOST_FIELDS = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'];

function rearranged(type: string, value: JsonObject): JsonObject {
  if (type !== 'core.PodSpec') return value;
  const context = isObj(value['securityContext']) ? value['securityContext'] : {};
  const moved = carryEmpties<JsonObject>(context, { ...context });
  for (const name of HOST_FIELDS) if (value[name] !== undefined) moved[name] = value[name];
  return { ...value, securityContext: moved };
}

function zero(type: string): JsonValue {
  if (type === 'string') return '';
  if (type === 'bool') return false;
  if (type === 'number') return 0;
  if (type === 'quantity') return '0';
  if (type.startsWith('#')) return print(type.slice(1), {}, false);
  return null;
}

function convert(type: string, value: JsonValue | undefined, asGiven: boolean): JsonValue {
  if (value === undefined || value === null) return zero(type);
  if (type.startsWith('*')) return convert(type.slice(1), value, asGiven);
  if (type.startsWith('[]')) return Array.isArray(value) ? value.map((item) => convert(type.slice(2), item, asGiven)) : null;
  if (type.startsWith('{}')) {
    if (!isObj(value)) return null;
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((key) => [key, convert(type.slice(2), value[key], asGiven)]),
    );
  }
  return type.startsWith('#') && isObj(value) ? print(type.slice(1), value, asGiven) : value;
}

/** `asGiven`: with the empty lists and maps that the client sent, which storage does not keep. */
function print(type: string, value: JsonObject, asGiven: boolean): JsonObject {
  const source = rearranged(type, value);
  const out: JsonObject = {};
  for (const [name, fieldType, json] of fieldsOf(type)) {
    // embedded structs are written inline; members of types with JSON tags keep their own form
    if (name === '') Object.assign(out, print(fieldType.slice(1), source, asGiven));
    else out[name] = convert(fieldType, source[json] ?? (asGiven ? givenEmpty(value, json) : undefined), asGiven);
  }
  return out;
}

/** Structs that are templates of objects. */
const WITH_METADATA = new Set(['core.PodTemplateSpec', 'resource.ResourceClaimTemplateSpec']);

const META = ['name', 'generateName', 'namespace', 'labels', 'annotations', 'ownerReferences', 'finalizers'];

/** A value of a versioned struct as the internal struct `type` (`core.PodTemplateSpec`) prints it. */
export function printInternal(type: string, value: JsonObject, asGiven = true): JsonObject {
  if (!WITH_METADATA.has(type)) return print(type, value, asGiven);
  // their metadata is embedded
  const metadata = isObj(value['metadata']) ? value['metadata'] : {};
  const shown: JsonObject = {};
  for (const name of META) if (metadata[name] !== undefined) shown[name] = metadata[name];
  return { ...shown, ...print(type, value, asGiven) };
}
