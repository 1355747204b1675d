/** How points in time are written, whatever the database: RFC 3339 in UTC, as the ancestor gave them. */

/** `2026-01-02 03:04:05.120000+00` -> `2026-01-02T03:04:05.12Z`. Text in any other form (infinity, BC, zero dates) is left as it is. */
export function timestampText(text: string): string {
  const match = /^(\d{4,6}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:\+00(?::?00)?|Z)?$/.exec(text);
  if (!match) return text;
  const fraction = match[3]?.replace(/0+$/, '') ?? '';
  return `${match[1]}T${match[2]}${fraction === '' ? '' : `.${fraction}`}Z`;
}
