/** Times as the API has them: metav1.Time (seconds) and metav1.MicroTime (six digits), both in UTC. */

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

function instant(text: string): number | undefined {
  if (!RFC3339.test(text)) return undefined;
  const ms = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(ms) ? undefined : ms;
}

/** The server's text of a metav1.Time; undefined when it is no RFC 3339 time. */
export function canonicalTime(text: string): string | undefined {
  if (text.length === 20 && text.endsWith('Z') && instant(text) !== undefined) return text;
  const ms = instant(text);
  return ms === undefined ? undefined : new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/** The server's text of a metav1.MicroTime; undefined when it is no RFC 3339 time with a fraction of exactly six digits. */
export function canonicalMicroTime(text: string): string | undefined {
  const ms = instant(text);
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  if (ms === undefined || fraction.length !== 6) return undefined;
  return `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}

/** Go's words for a text that is no time. */
export function timeParseError(text: string, layout = '2006-01-02T15:04:05Z07:00'): string {
  const rest = instant(text) === undefined ? undefined : /^.{19}(.*)$/.exec(text)?.[1];
  const [at, wanted] = rest === undefined ? [text, '2006'] : [rest, '.000000'];
  return `parsing time ${JSON.stringify(text)} as "${layout}": cannot parse ${JSON.stringify(at)} as "${wanted}"`;
}
