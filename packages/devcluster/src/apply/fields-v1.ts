/** FieldsV1, the JSON form of a field set, to and fro. Both directions are remembered per object, since stored objects are immutable and shared. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { type FieldNode, FieldSet } from './field-set.ts';
import { canonicalElement } from './path-element.ts';

const decoded = new WeakMap<JsonObject, FieldSet>();
const encoded = new WeakMap<FieldSet, JsonObject>();

/** Throws SyntaxError when a member is no path element. */
export function decodeFieldsV1(fields: JsonObject): FieldSet {
  let set = decoded.get(fields);
  if (set === undefined) {
    set = readSet(fields) ?? new FieldSet();
    decoded.set(fields, set);
    encoded.set(set, fields);
  }
  return set;
}

function readSet(fields: JsonObject): FieldSet | undefined {
  const nodes = new Map<string, FieldNode>();
  for (const key of Object.keys(fields)) {
    if (key === '.') continue;
    const element = canonicalElement(key);
    if (element === undefined) continue;
    const value: JsonValue | undefined = fields[key];
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      nodes.set(element, { member: true, children: undefined });
      continue;
    }
    const children = readSet(value);
    nodes.set(element, { member: '.' in value || children === undefined, children });
  }
  return nodes.size === 0 ? undefined : new FieldSet(nodes);
}

export function encodeFieldsV1(set: FieldSet): JsonObject {
  let fields = encoded.get(set);
  if (fields === undefined) {
    fields = writeSet(set);
    encoded.set(set, fields);
    decoded.set(fields, set);
  }
  return fields;
}

function writeSet(set: FieldSet): JsonObject {
  const out: JsonObject = {};
  for (const [element, node] of set.nodes) {
    if (node.children === undefined) out[element] = {};
    else out[element] = node.member ? { '.': {}, ...writeSet(node.children) } : writeSet(node.children);
  }
  return out;
}
