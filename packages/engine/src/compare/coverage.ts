import { keyFields, stepText } from '../fields/path-text.ts';
import { hasKeys } from '../fields/walk.ts';
import { isRecord, jsonEqual } from '../json/value.ts';

/**
 * Paths of the desired leaves that a FieldsV1 tree does not own. After a restart, with the applied-hash still right, an owned field cannot
 * have another value (whoever changes a value takes the field), so nothing uncovered means nothing drifted.
 */
export function uncovered(desired: Record<string, unknown>, fields: Record<string, unknown>): string[] {
  const missing: string[] = [];
  const { apiVersion: _apiVersion, kind: _kind, status: _status, metadata, ...body } = desired;
  for (const [name, value] of Object.entries(body)) collect(value, fields[`f:${name}`], `.${name}`, missing);
  if (isRecord(metadata)) {
    const own = fields['f:metadata'];
    for (const [name, value] of Object.entries(metadata)) {
      if (!identity.has(name)) collect(value, isRecord(own) ? own[`f:${name}`] : undefined, `.metadata.${name}`, missing);
    }
  }
  return missing;
}

/** Members of metadata that never are in managedFields. */
const identity = new Set(['name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'selfLink']);

function collect(value: unknown, node: unknown, path: string, missing: string[]): void {
  if (value === undefined || value === null) return;
  if (isRecord(node) && Object.keys(node).length === 0) return;
  if (Array.isArray(value)) {
    if (isRecord(node)) for (const item of value) collectItem(item, node, path, missing);
    else if (value.length > 0) missing.push(path);
  } else if (isRecord(value)) {
    const members = Object.entries(value);
    for (const [name, member] of members) collect(member, isRecord(node) ? node[`f:${name}`] : undefined, `${path}.${name}`, missing);
  } else if (!isRecord(node)) missing.push(path);
}

function collectItem(item: unknown, node: Record<string, unknown>, path: string, missing: string[]): void {
  for (const [member, child] of Object.entries(node)) {
    const body = member.slice(2);
    if (member.startsWith('v:') && jsonEqual(item, scalar(body))) return;
    if (member.startsWith('k:') && hasKeys(item, keyFields(body))) {
      collect(item, child, path + stepText(member), missing);
      return;
    }
  }
  missing.push(path);
}

function scalar(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
