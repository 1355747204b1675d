import { parseFloat64, parseInt64 } from '../text/strconv.ts';
import { Float, Int, truncateToInt64 } from '../value/number.ts';
import type { Value } from '../value/value.ts';

/** The conversions of spf13/cast, which never fail: what is no number is 0. */

/** cast's trimZeroDecimal: "10.00" is "10"; a point that nothing follows stays. */
function trimZeroDecimal(s: string): string {
  return s.replace(/\.+0+$/, (tail) => tail.slice(0, tail.indexOf('0') - 1));
}

/** cast knows the named integers time.Month and time.Weekday, but not time.Duration. */
function isCast(v: Int): boolean {
  return v.type.name !== 'time.Duration';
}

/** cast.ToInt64 (and ToInt, which is as wide). */
export function toInt64(v: Value): bigint {
  if (v instanceof Int) return isCast(v) ? BigInt.asIntN(64, v.big) : 0n;
  if (v instanceof Float) return truncateToInt64(v.value);
  if (typeof v === 'boolean') return v ? 1n : 0n;
  if (typeof v !== 'string') return 0n;
  const parsed = parseInt64(trimZeroDecimal(v), 0);
  return typeof parsed === 'bigint' ? parsed : 0n;
}

/** cast.ToFloat64. */
export function toFloat64(v: Value): number {
  if (v instanceof Float) return v.value;
  if (v instanceof Int) return isCast(v) ? v.toNumber() : 0;
  if (typeof v === 'boolean') return v ? 1 : 0;
  if (typeof v !== 'string') return 0;
  const parsed = parseFloat64(v);
  return typeof parsed === 'number' ? parsed : 0;
}
