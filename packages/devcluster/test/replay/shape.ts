import { canonicalText, compareText } from './canonical.ts';
import { dropPath, getPath, isRecord } from './json-paths.ts';
import type { Scenario, Step } from './scenario.ts';
import { substitute, type Variables } from './variables.ts';

/** Marks a picked body whose source was a list. */
export const PICKED_LIST = Symbol('picked from a list');

export function isCollection(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return (
    Array.isArray(value['items']) || Array.isArray(value['rows']) || value['kind'] === 'Table' || /List$/.test(String(value['kind'] ?? ''))
  );
}

/** What of a body is compared: without managedFields unless asked for, dropped, sorted, picked. */
export function shape(body: unknown, step: Step, scenario: Scenario, variables: Variables): unknown {
  let out: unknown = structuredClone(body);
  if (!isRecord(out)) return out;
  if (!(step.managedFields ?? scenario.managedFields ?? false)) stripManaged(out);
  for (const path of step.drop ?? []) dropPath(out, String(substitute(path, variables)));
  for (const path of step.sort ?? []) {
    const list = path === '' ? out : getPath(out, path);
    if (Array.isArray(list)) list.sort((left, right) => compareText(canonicalText(left), canonicalText(right)));
  }
  if (step.anyOrder ?? scenario.anyOrder ?? false) sortCauses(out);
  if (step.pick === undefined) return out;
  const list = isCollection(out);
  out = Object.fromEntries(step.pick.map((path) => [path, getPath(out, String(substitute(path, variables))) ?? null]));
  if (list) Object.assign(out as object, { [PICKED_LIST]: true });
  return out;
}

function stripManaged(value: unknown): void {
  if (!isRecord(value)) return;
  if (isRecord(value['metadata'])) delete value['metadata']['managedFields'];
  if (Array.isArray(value['managedFields']) && value['fieldsV1'] === undefined) delete value['managedFields'];
  for (const each of Object.values(value)) stripManaged(each);
}

/** The real server walks maps in random order: several causes may come in any. */
function sortCauses(status: Record<string, unknown>): void {
  const causes = getPath(status, 'details.causes');
  if (!Array.isArray(causes) || causes.length < 2) return;
  causes.sort((left, right) => compareText(canonicalText(left), canonicalText(right)));
  const parts = causes.map((cause) => `${String(cause.field)}: ${String(cause.message)}`);
  const message = String(status['message'] ?? '');
  const head = message.split(': [')[0] ?? '';
  if (message.startsWith(`${head}: [`) && parts.every((part) => message.includes(part)))
    status['message'] = `${head}: [${[...new Set(parts)].sort().join(', ')}]`;
}
