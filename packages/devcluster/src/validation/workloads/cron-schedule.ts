/** Cron schedules as robfig/cron reads them: five fields or a descriptor. */

const FIELDS: readonly (readonly [number, number, Readonly<Record<string, number>>])[] = [
  [0, 59, {}],
  [0, 23, {}],
  [1, 31, {}],
  [1, 12, { jan: 1, feb: 2, mar: 3, apr: 4, may: 5, jun: 6, jul: 7, aug: 8, sep: 9, oct: 10, nov: 11, dec: 12 }],
  [0, 6, { sun: 0, mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6 }],
];

const DESCRIPTORS = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']);

type Parsed = number | { readonly problem: string };

function parseNumber(text: string, names: Readonly<Record<string, number>>, expression: string): Parsed {
  const named = names[text.toLowerCase()];
  if (named !== undefined) return named;
  if (!/^[+-]?\d+$/.test(text)) {
    return { problem: `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax` };
  }
  const value = Number(text);
  return value < 0 ? { problem: `negative number (${value}) not allowed: ${expression}` } : value;
}

/** Why one part of a field is wrong. */
function partProblem(part: string, [low, high, names]: (typeof FIELDS)[number]): string | undefined {
  const [range = '', step, ...moreSteps] = part.split('/');
  const bounds = range.split('-');
  let start: number;
  let end: number;
  const single = bounds.length === 1;
  if (bounds[0] === '*' || bounds[0] === '?') {
    start = low;
    end = high;
  } else {
    const first = parseNumber(bounds[0] ?? '', names, part);
    if (typeof first !== 'number') return first.problem;
    start = first;
    end = first;
    if (bounds.length === 2) {
      const last = parseNumber(bounds[1] ?? '', names, part);
      if (typeof last !== 'number') return last.problem;
      end = last;
    } else if (bounds.length > 2) return `too many hyphens: ${part}`;
  }
  if (moreSteps.length > 0) return `too many slashes: ${part}`;
  let size = 1;
  if (step !== undefined) {
    const value = parseNumber(step, {}, part);
    if (typeof value !== 'number') return value.problem;
    size = value;
    if (single && bounds[0] !== '*' && bounds[0] !== '?') end = high;
  }
  if (start < low) return `beginning of range (${start}) below minimum (${low}): ${part}`;
  if (end > high) return `end of range (${end}) above maximum (${high}): ${part}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${part}`;
  return size === 0 ? `step of range should be a positive number: ${part}` : undefined;
}

/** Why a schedule cannot be read; undefined when it can. */
export function cronProblem(schedule: string): string | undefined {
  const spec = schedule.replace(/^(TZ|CRON_TZ)=\S+\s*/, '');
  if (spec.startsWith('@')) {
    if (DESCRIPTORS.has(spec)) return undefined;
    if (spec.startsWith('@every '))
      return /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(spec.slice(7))
        ? undefined
        : `failed to parse duration ${spec}: time: invalid duration ${JSON.stringify(spec.slice(7))}`;
    return `unrecognized descriptor: ${spec}`;
  }
  const fields = spec.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== 5) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
  for (const [i, field] of fields.entries()) {
    const bounds = FIELDS[i];
    if (bounds === undefined) continue;
    for (const part of field.split(',').filter((one) => one !== '')) {
      const problem = partProblem(part, bounds);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}
