import { sprint } from '../fmt/printer.ts';
import { toLower } from '../text/case.ts';
import { parseFloat64, parseInt64 } from '../text/strconv.ts';
import { def, P } from '../value/define.ts';
import type { FunctionMap } from '../value/function.ts';
import { Float, Int, truncateToInt64 } from '../value/number.ts';
import type { Value } from '../value/value.ts';

/** Marks that the text after it stands for a number or boolean. It counts only at the very start of a whole rendered string. */
const MARKER = { int: '__LYNQ_TYPE_INT__', float: '__LYNQ_TYPE_FLOAT__', bool: '__LYNQ_TYPE_BOOL__' } as const;

const TRUE_WORDS: ReadonlySet<string> = new Set(['true', '1', 'yes', 'on', 't', 'y']);

function isPlainInt(v: Value): v is Int {
  return v instanceof Int && (v.type.name === 'int' || v.type.name === 'int64' || v.type.name === 'int32');
}

function intOf(v: Value): bigint {
  if (isPlainInt(v)) return v.big;
  if (v instanceof Float) return truncateToInt64(v.value);
  if (typeof v === 'boolean') return v ? 1n : 0n;
  if (typeof v !== 'string') return 0n;
  const n = parseInt64(v, 10);
  if (typeof n === 'bigint') return n;
  const f = parseFloat64(v);
  return typeof f === 'number' ? truncateToInt64(f) : 0n;
}

function floatOf(v: Value): number {
  if (isPlainInt(v)) return v.toNumber();
  if (v instanceof Float) return v.value;
  if (typeof v === 'boolean') return v ? 1 : 0;
  if (typeof v !== 'string') return 0;
  const f = parseFloat64(v);
  return typeof f === 'number' ? f : 0;
}

function boolOf(v: Value): boolean {
  if (typeof v === 'boolean') return v;
  if (typeof v === 'string') return TRUE_WORDS.has(toLower(v));
  if (isPlainInt(v)) return v.big !== 0n;
  return v instanceof Float && v.value !== 0;
}

/** int, float and bool: text that {@link typedResult} turns into a value. They hide Sprig's int. Bad input is 0, 0, false. */
export const typedFunctions: FunctionMap = {
  int: def([P.any], (v) => `${MARKER.int}${intOf(v)}`),
  float: def([P.any], (v) => `${MARKER.float}${sprint([new Float(floatOf(v))])}`),
  bool: def([P.any], (v) => `${MARKER.bool}${boolOf(v)}`),
};

/** Whether a rendered string carries a type. */
export function isTyped(rendered: string): boolean {
  return Object.values(MARKER).some((m) => rendered.startsWith(m));
}

/** The text of a rendered string without its marker: for fields that hold strings whatever is in them. */
export function stripMarker(rendered: string): string {
  for (const marker of Object.values(MARKER)) if (rendered.startsWith(marker)) return rendered.slice(marker.length);
  return rendered;
}

/**
 * What a whole rendered string stands for: an integer (a bigint beyond 2^53), a float or a boolean when it starts with a marker
 * and the rest is of that type; otherwise the string as it is. For bool anything but `true` is false.
 */
export function typedResult(rendered: string): string | number | bigint | boolean {
  if (rendered.startsWith(MARKER.int)) {
    const n = parseInt64(rendered.slice(MARKER.int.length), 10);
    if (typeof n !== 'bigint') return rendered;
    return Number.isSafeInteger(Number(n)) ? Number(n) : n;
  }
  if (rendered.startsWith(MARKER.float)) {
    const f = parseFloat64(rendered.slice(MARKER.float.length));
    return typeof f === 'number' ? f : rendered;
  }
  if (rendered.startsWith(MARKER.bool)) return rendered.slice(MARKER.bool.length) === 'true';
  return rendered;
}
