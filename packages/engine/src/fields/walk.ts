import { isRecord, jsonEqual } from '../json/value.ts';
import { keyFields, stepText } from './path-text.ts';

/** One owned field: its path as the API server writes it, and its live value (`undefined`: absent). */
export interface OwnedField {
  path: string;
  value: unknown;
  /** The field is a list item or map that is owned as such (`.` in FieldsV1): only its being there matters. */
  presence: boolean;
}

/** Visits every field of a FieldsV1 tree in a stable order, with the live value at each. */
export function walkFields(fields: Record<string, unknown>, live: unknown, visit: (field: OwnedField) => void): void {
  walk(fields, live, '', visit);
}

/** Paths of all fields in a FieldsV1 tree. */
export function fieldPaths(fields: Record<string, unknown>): string[] {
  const paths: string[] = [];
  walk(fields, undefined, '', (field) => paths.push(field.path));
  return paths;
}

function walk(node: Record<string, unknown>, live: unknown, path: string, visit: (field: OwnedField) => void): void {
  const members = Object.keys(node);
  if (members.length === 0) {
    if (path !== '') visit({ path, value: live, presence: false });
    return;
  }
  for (const member of members.sort()) {
    if (member === '.') {
      visit({ path, value: live, presence: true });
      continue;
    }
    const child = node[member];
    if (isRecord(child)) walk(child, childValue(live, member), path + stepText(member), visit);
  }
}

/** The live value under one FieldsV1 member. */
export function childValue(live: unknown, member: string): unknown {
  const body = member.slice(2);
  switch (member.slice(0, 2)) {
    case 'f:':
      return isRecord(live) ? live[body] : undefined;
    case 'k:':
      return Array.isArray(live) ? live.find((item) => hasKeys(item, keyFields(body))) : undefined;
    case 'v:':
      return Array.isArray(live) ? live.find((item) => jsonEqual(item, parseScalar(body))) : undefined;
    case 'i:':
      return Array.isArray(live) ? live[Number(body)] : undefined;
    default:
      return undefined;
  }
}

/** Whether a list item has these key fields. A key field that the item leaves out counts as equal (the server defaults it: `protocol`). */
export function hasKeys(item: unknown, keys: readonly [string, unknown][]): boolean {
  return isRecord(item) && keys.length > 0 && keys.every(([name, value]) => item[name] === undefined || jsonEqual(item[name], value));
}

function parseScalar(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
