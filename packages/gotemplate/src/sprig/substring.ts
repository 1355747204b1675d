import { GoError } from '../errors.ts';
import { byteLength, sliceBytes } from '../text/bytes.ts';

/** Go's complaint about s[start:end]. */
function outOfRange(bounds: string): GoError {
  return new GoError(`runtime error: slice bounds out of range ${bounds}`);
}

/** s[start:end] of Go with its panics. */
export function goSlice(s: string, start: number, end: number | undefined): string {
  const length = byteLength(s);
  const stop = end ?? length;
  if (stop < 0) throw outOfRange(`[:${stop}]`);
  if (stop > length) throw outOfRange(`[:${stop}] with length ${length}`);
  if (start < 0) throw outOfRange(`[${start}:]`);
  if (start > stop) throw outOfRange(`[${start}:${stop}]`);
  return sliceBytes(s, start, stop);
}

/** Sprig's substr: a negative start is 0, a negative or too large end is the end. */
export function substring(start: number, end: number, s: string): string {
  if (start < 0) return goSlice(s, 0, end);
  return goSlice(s, start, end < 0 || end > byteLength(s) ? undefined : end);
}

/** Sprig's trunc: the first bytes, or the last ones for a negative count. */
export function truncate(count: number, s: string): string {
  const length = byteLength(s);
  if (count < 0 && length + count > 0) return sliceBytes(s, length + count, length);
  return count >= 0 && length > count ? sliceBytes(s, 0, count) : s;
}
