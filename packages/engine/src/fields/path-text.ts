import { canonicalJson } from '../json/canonical.ts';

/**
 * How the API server writes one step of a field path in conflict messages: `.name`, `[name="web"]`, `[="value"]`, `[3]`
 * (structured-merge-diff, PathElement.String). The argument is a FieldsV1 member name: `f:name`, `k:{…}`, `v:…`, `i:…`.
 */
export function stepText(member: string): string {
  const body = member.slice(2);
  switch (member.slice(0, 2)) {
    case 'f:':
      return `.${body}`;
    case 'k:':
      return `[${keyText(body)}]`;
    case 'v:':
      return `[=${body}]`;
    case 'i:':
      return `[${body}]`;
    default:
      return `.${member}`;
  }
}

function keyText(json: string): string {
  const keys = keyFields(json);
  return keys.map(([name, value]) => `${name}=${canonicalJson(value)}`).join(',');
}

/** The key fields of a `k:` member, by name. Unreadable text has none. */
export function keyFields(json: string): [string, unknown][] {
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed !== 'object' || parsed === null) return [];
    return Object.entries(parsed).sort(([a], [b]) => (a < b ? -1 : 1));
  } catch {
    return [];
  }
}
