/** Conversions between the types of the language, timestamps and durations. */
import { CelFault } from '../errors.ts';
import type { Library } from '../library.ts';
import { int, uint } from '../ranges.ts';
import { CelDuration, CelTimestamp, type CelUint } from '../values.ts';

const NANOS = 1_000_000_000n;

const parseFault = (type: string): CelFault => new CelFault(`type conversion error from 'string' to '${type}'`);

/** Go takes no sign for an unsigned number. */
function whole(text: string, type: 'int' | 'uint'): bigint {
  if (!(type === 'int' ? /^[+-]?\d+$/ : /^\d+$/).test(text)) throw parseFault(type);
  const value = BigInt(text.replace(/^\+/, ''));
  const [lowest, above] = type === 'int' ? [-(2n ** 63n), 2n ** 63n] : [0n, 2n ** 64n];
  if (value < lowest || value >= above) throw parseFault(type);
  return value;
}

function truncated(value: number): bigint {
  if (!Number.isFinite(value)) throw new CelFault('integer overflow');
  return BigInt(Math.trunc(value));
}

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: NANOS,
  m: 60n * NANOS,
  h: 3600n * NANOS,
};

/** Go's durations: 1h30m, -1.5s. Undefined when the text is none. */
export function parseDuration(text: string): CelDuration | undefined {
  const match = /^([+-]?)((?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text);
  if (match === null) return /^[+-]?0$/.test(text) ? new CelDuration(0n) : undefined;
  let total = 0n;
  for (const [, number = '', unit = 's'] of (match[2] ?? '').matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const [integer = '', fraction = ''] = number.split('.');
    const scale = UNITS[unit] ?? NANOS;
    total += BigInt(integer === '' ? '0' : integer) * scale;
    if (fraction !== '') total += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
  }
  return new CelDuration(match[1] === '-' ? -total : total);
}

/** RFC 3339, and a day alone. Undefined when the text is none. */
export function parseTimestamp(text: string): CelTimestamp | undefined {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?(Z|[+-]\d{2}:\d{2})$/.exec(text);
  if (match === null) return undefined;
  const millis = Date.parse(`${match[1]}${match[3]}`);
  if (Number.isNaN(millis)) return undefined;
  return new CelTimestamp(BigInt(millis) * 1_000_000n + BigInt((match[2] ?? '').padEnd(9, '0')));
}

export function showTimestamp({ nanos }: CelTimestamp): string {
  const seconds = nanos >= 0n ? nanos / NANOS : -((-nanos + NANOS - 1n) / NANOS);
  const rest = nanos - seconds * NANOS;
  const text = new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+Z$/, '');
  const fraction = rest === 0n ? '' : `.${rest.toString().padStart(9, '0').replace(/0+$/, '')}`;
  return `${text}${fraction}Z`;
}

/** Seconds, as JSON shows durations. */
export function showDuration({ nanos }: CelDuration): string {
  const size = nanos < 0n ? -nanos : nanos;
  const rest = size % NANOS;
  const fraction = rest === 0n ? '' : `.${rest.toString().padStart(9, '0').replace(/0+$/, '')}`;
  return `${nanos < 0n ? '-' : ''}${size / NANOS}${fraction}s`;
}

/** A double as Go prints it. */
export function showDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  if (exponent >= -4 && exponent < 21) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

function duration(text: string): CelDuration {
  const parsed = parseDuration(text);
  if (parsed === undefined) throw parseFault('google.protobuf.Duration');
  return parsed;
}

function timestamp(text: string): CelTimestamp {
  const parsed = parseTimestamp(text);
  if (parsed === undefined) throw parseFault('google.protobuf.Timestamp');
  return parsed;
}

const BOOLS: Readonly<Record<string, boolean>> = {
  '1': true,
  t: true,
  true: true,
  TRUE: true,
  True: true,
  '0': false,
  f: false,
  false: false,
  FALSE: false,
  False: false,
};

export function addConversions(library: Library): void {
  library.add('int(int): int', (value: bigint) => value);
  library.add('int(uint): int', ({ value }: CelUint) => int(value));
  library.add('int(double): int', (value: number) => int(truncated(value)));
  library.add('int(string): int', (text: string) => int(whole(text, 'int')));
  library.add('int(timestamp): int', ({ nanos }: CelTimestamp) => nanos / NANOS);
  library.add('int(duration): int', ({ nanos }: CelDuration) => nanos);
  library.add('uint(uint): uint', (value: CelUint) => value);
  library.add('uint(int): uint', (value: bigint) => uint(value));
  library.add('uint(double): uint', (value: number) => uint(truncated(value)));
  library.add('uint(string): uint', (text: string) => uint(whole(text, 'uint')));
  library.add('double(double): double', (value: number) => value);
  library.add('double(int): double', (value: bigint) => Number(value));
  library.add('double(uint): double', ({ value }: CelUint) => Number(value));
  library.add('double(string): double', (text: string) => {
    if (text === '' || Number.isNaN(Number(text))) throw parseFault('double');
    return Number(text);
  });
  library.add('bool(bool): bool', (value: boolean) => value);
  library.add('bool(string): bool', (text: string) => {
    const found = Object.hasOwn(BOOLS, text) ? BOOLS[text] : undefined;
    if (found === undefined) throw parseFault('bool');
    return found;
  });
  library.add('string(string): string', (value: string) => value);
  library.add('string(bool): string', String);
  library.add('string(int): string', String);
  library.add('string(uint): string', ({ value }: CelUint) => String(value));
  library.add('string(double): string', showDouble);
  library.add('string(bytes): string', (value: Uint8Array) => Buffer.from(value).toString('utf8'));
  library.add('string(timestamp): string', showTimestamp);
  library.add('string(duration): string', showDuration);
  library.add('bytes(bytes): bytes', (value: Uint8Array) => value);
  library.add('bytes(string): bytes', (value: string) => Buffer.from(value, 'utf8'));
  library.add('timestamp(timestamp): timestamp', (value: CelTimestamp) => value);
  library.add('timestamp(string): timestamp', timestamp);
  library.add('timestamp(int): timestamp', (seconds: bigint) => new CelTimestamp(seconds * NANOS));
  library.add('duration(duration): duration', (value: CelDuration) => value);
  library.add('duration(string): duration', duration);
  library.add('duration(int): duration', (nanos: bigint) => new CelDuration(nanos));
  addTimeParts(library);
}

const PARTS: Readonly<Record<string, (date: Date, nanos: bigint) => number>> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDate: (date) => date.getUTCDate(),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDayOfWeek: (date) => date.getUTCDay(),
  getDayOfYear: (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
};

/** The wall clock of a zone, as if it were UTC. */
function inZone(date: Date, zone: string): Date {
  const offset = /^([+-]?)(\d{2}):(\d{2})$/.exec(zone);
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    return new Date(date.getTime() + (offset[1] === '-' ? -minutes : minutes) * 60_000);
  }
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', dateStyle: 'short', timeStyle: 'medium' });
    const part = new Map(format.formatToParts(date).map(({ type, value }) => [type, Number(value)]));
    const year = date.getUTCFullYear();
    const near = [year - 1, year, year + 1].find((one) => one % 100 === part.get('year')) ?? year;
    const of = (name: Intl.DateTimeFormatPartTypes): number => part.get(name) ?? 0;
    return new Date(Date.UTC(near, of('month') - 1, of('day'), of('hour'), of('minute'), of('second'), date.getUTCMilliseconds()));
  } catch {
    throw new CelFault(`unknown time zone ${zone}`);
  }
}

const DURATION_PARTS: Readonly<Record<string, bigint>> = {
  getHours: 3600n * NANOS,
  getMinutes: 60n * NANOS,
  getSeconds: NANOS,
  getMilliseconds: 1_000_000n,
};

function addTimeParts(library: Library): void {
  for (const [name, read] of Object.entries(PARTS)) {
    const dateOf = ({ nanos }: CelTimestamp): Date => new Date(Math.floor(Number(nanos / 1_000_000n)));
    library.add(`timestamp.${name}(): int`, (value: CelTimestamp) => BigInt(read(dateOf(value), value.nanos)));
    library.add(`timestamp.${name}(string): int`, (value: CelTimestamp, zone: string) =>
      BigInt(read(inZone(dateOf(value), zone), value.nanos)),
    );
  }
  for (const [name, unit] of Object.entries(DURATION_PARTS))
    library.add(`duration.${name}(): int`, ({ nanos }: CelDuration) => nanos / unit);
}
