/** FieldsV1, the JSON form of a field set, to and fro. Both directions are remembered per object, since stored objects are immutable and shared. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { shareJson } from '../storage/shared-json.ts';
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
    fields = shareJson(textOf(set));
    encoded.set(set, fields);
    if (!decoded.has(fields)) decoded.set(fields, set);
  }
  return fields;
}

function textOf(set: FieldSet): string {
  const parts: string[] = [];
  write(set, '{', parts);
  return parts.length === 0 ? '{}' : parts.join('');
}

/** Members of a set, behind what opens the object that they stand in. */
function write(set: FieldSet, open: string, parts: string[]): void {
  let before = open;
  for (const [element, node] of set.nodes) {
    parts.push(before, quoted(element));
    before = ',';
    if (node.children === undefined) parts.push('{}');
    else write(node.children, node.member ? '{".":{},' : '{', parts);
  }
  if (before === ',') parts.push('}');
}

const names = new Map<string, string>();

/** An element as the name of a member. */
function quoted(element: string): string {
  let text = names.get(element);
  if (text === undefined) {
    text = `${JSON.stringify(element)}:`;
    if (names.size > 4096) names.clear();
    names.set(element, text);
  }
  return text;
}
