import type { JsonValue } from '@caretaker/kube';

/** The value with the members of each object in order, as Go writes maps. */
export function sortMembers(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortMembers);
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).map(([key, one]): [string, JsonValue] => [key, sortMembers(one ?? null)]);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}
