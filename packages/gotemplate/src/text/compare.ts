import { toBytes } from './bytes.ts';

const NEEDS_BYTES = /[\ud800-\uffff]/;

/** Go's string order: by bytes, which for ordinary characters equals the order of UTF-16 units. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  if (!NEEDS_BYTES.test(a) && !NEEDS_BYTES.test(b)) return a < b ? -1 : 1;
  return compareBytes(toBytes(a), toBytes(b));
}

/** bytes.Compare. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const d = (a[i] ?? 0) - (b[i] ?? 0);
    if (d !== 0) return d < 0 ? -1 : 1;
  }
  return Math.sign(a.length - b.length);
}

/** Sorts in place in Go's string order and returns the array. */
export function sortStrings(list: string[]): string[] {
  return list.some((s) => NEEDS_BYTES.test(s)) ? list.sort(compareStrings) : list.sort();
}
