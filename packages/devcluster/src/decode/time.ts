/** Times as the API has them: metav1.Time (seconds) and metav1.MicroTime (six digits), both in UTC. */

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

const daysOfMonth = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

function instant(text: string): number | undefined {
  if (!RFC3339.test(text)) return undefined;
  const ms = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  if (Number.isNaN(ms)) return undefined;
  const day = Number(text.slice(8, 10));
  return day > 28 && day > daysOfMonth(Number(text.slice(0, 4)), Number(text.slice(5, 7))) ? undefined : ms;
}

/** The text that was last found to be canonical: times of one write are mostly the same. */
let lastCanonical = '';

/** The server's text of a metav1.Time; undefined when it is no RFC 3339 time. */
export function canonicalTime(text: string): string | undefined {
  if (text === lastCanonical) return text;
  if (text.length === 20 && text.endsWith('Z') && instant(text) !== undefined) {
    lastCanonical = text;
    return text;
  }
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

/** The numbers of a layout, in its order: how they are written there, and what they may be. */
const PARTS: readonly {
  readonly layout: string;
  readonly before: string;
  readonly digits: number;
  readonly name: string;
  readonly most: number;
}[] = [
  { layout: '2006', before: '', digits: 4, name: 'year', most: 9999 },
  { layout: '01', before: '-', digits: 2, name: 'month', most: 12 },
  { layout: '02', before: '-', digits: 2, name: 'day', most: 31 },
  { layout: '15', before: 'T', digits: 2, name: 'hour', most: 23 },
  { layout: '04', before: ':', digits: 2, name: 'minute', most: 59 },
  { layout: '05', before: ':', digits: 2, name: 'second', most: 59 },
];

const ZONE = /^(?:Z|[+-]\d{2}:\d{2})/;

/** Go's words for a text that is no time. */
export function timeParseError(text: string, layout = '2006-01-02T15:04:05Z07:00'): string {
  const start = `parsing time ${JSON.stringify(text)}`;
  const stop = (rest: string, wanted: string): string => `${start} as "${layout}": cannot parse ${JSON.stringify(rest)} as "${wanted}"`;
  let rest = text;
  for (const { layout: wanted, before, digits, name, most } of PARTS) {
    if (!rest.startsWith(before)) return stop(rest, before);
    rest = rest.slice(before.length);
    const number = new RegExp(`^\\d{${digits}}`).exec(rest)?.[0];
    if (number === undefined) return stop(rest, wanted);
    if (Number(number) > most || (name === 'month' && Number(number) === 0)) return `${start}: ${name} out of range`;
    rest = rest.slice(digits);
  }
  if (layout.includes('.000000')) {
    if (!/^\.\d{6}/.test(rest)) return stop(rest, '.000000');
    rest = rest.slice('.000000'.length);
  } else rest = rest.replace(/^[.,]\d+/, '');
  if (!ZONE.test(rest)) return stop(rest, 'Z07:00');
  rest = rest.replace(ZONE, '');
  return rest === '' ? `${start}: day out of range` : `${start}: extra text: ${JSON.stringify(rest)}`;
}
