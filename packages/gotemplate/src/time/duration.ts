import { GoError } from '../errors.ts';
import { quoteTime } from './parse.ts';

/** Durations are nanoseconds in a bigint. */
export const NANOSECOND = 1n;
export const SECOND = 1_000_000_000n;
export const MINUTE = 60n * SECOND;
export const HOUR = 60n * MINUTE;

const UNITS: Readonly<Record<string, bigint>> = {
  ns: NANOSECOND,
  us: 1000n,
  '\u00b5s': 1000n,
  '\u03bcs': 1000n,
  ms: 1_000_000n,
  s: SECOND,
  m: MINUTE,
  h: HOUR,
};
const LIMIT = 1n << 63n;

/** The digits that Go's leadingFraction keeps, and their scale. */
function fraction(digits: string): { value: bigint; scale: number } {
  let value = 0n;
  let scale = 1;
  for (const d of digits) {
    if (value > (LIMIT - 1n) / 10n) break;
    const next = value * 10n + BigInt(d);
    if (next > LIMIT) break;
    value = next;
    scale *= 10;
  }
  return { value, scale };
}

/** time.ParseDuration. Throws {@link GoError}. */
export function parseDuration(text: string): bigint {
  const invalid = (): GoError => new GoError(`time: invalid duration ${quoteTime(text)}`);
  const negative = text.startsWith('-');
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return 0n;
  if (rest === '') throw invalid();
  let total = 0n;
  while (rest !== '') {
    const m = /^([0-9]*)(?:\.([0-9]*))?/.exec(rest);
    const whole = m?.[1] ?? '';
    const part = m?.[2] ?? '';
    if (whole + part === '' || BigInt(whole || '0') > LIMIT) throw invalid();
    rest = rest.slice(m?.[0].length ?? 0);
    const unit = /^[^.0-9]*/.exec(rest)?.[0] ?? '';
    if (unit === '') throw new GoError(`time: missing unit in duration ${quoteTime(text)}`);
    rest = rest.slice(unit.length);
    const size = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
    if (size === undefined) throw new GoError(`time: unknown unit ${quoteTime(unit)} in duration ${quoteTime(text)}`);
    const value = BigInt(whole || '0');
    if (value > LIMIT / size) throw invalid();
    const f = fraction(part);
    total += value * size + (f.value > 0n ? BigInt(Math.trunc(Number(f.value) * (Number(size) / f.scale))) : 0n);
    if (total > LIMIT) throw invalid();
  }
  if (negative) return -total;
  if (total >= LIMIT) throw invalid();
  return total;
}

function decimal(value: bigint, unit: bigint): string {
  const rest = value % unit;
  if (rest === 0n) return String(value / unit);
  const digits = String(unit).length - 1;
  return `${value / unit}.${String(rest).padStart(digits, '0').replace(/0+$/, '')}`;
}

/** Duration.String. */
export function durationText(duration: bigint): string {
  const sign = duration < 0n ? '-' : '';
  const d = duration < 0n ? -duration : duration;
  if (d === 0n) return '0s';
  if (d < 1000n) return `${sign}${d}ns`;
  if (d < 1_000_000n) return `${sign}${decimal(d, 1000n)}\u00b5s`;
  if (d < SECOND) return `${sign}${decimal(d, 1_000_000n)}ms`;
  const hours = d / HOUR;
  const minutes = (d / MINUTE) % 60n;
  const seconds = `${decimal(d % MINUTE, SECOND)}s`;
  if (d < MINUTE) return sign + seconds;
  return `${sign}${hours > 0n ? `${hours}h` : ''}${minutes}m${seconds}`;
}
