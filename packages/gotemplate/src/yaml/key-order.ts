import { isDigit, isLetter } from '../text/unicode.ts';

/** The number at `i`: its value and where it ends; runes that are digits of any script count, as in Go. */
function numberAt(runes: readonly number[], i: number, start: bigint): { value: bigint; end: number } {
  let value = start;
  let end = i;
  while (end < runes.length && isDigit(runes[end] ?? 0)) {
    value = BigInt.asIntN(64, value * 10n + BigInt((runes[end] ?? 0) - 0x30));
    end++;
  }
  return { value, end };
}

function leadsNumber(a: readonly number[], i: number): boolean {
  for (let j = i - 1; j >= 0 && isDigit(a[j] ?? 0); j--) if (a[j] !== 0x30) return true;
  return false;
}

const LETTERS = /^[A-Za-z]+$/;

/** go-yaml v2's order of string keys: letters by code point, numbers by value, letters after all else. */
export function compareKeys(x: string, y: string): number {
  if (LETTERS.test(x) && LETTERS.test(y)) return x < y ? -1 : x > y ? 1 : 0;
  const a = Array.from(x, (c) => c.codePointAt(0) ?? 0);
  const b = Array.from(y, (c) => c.codePointAt(0) ?? 0);
  for (let i = 0; i < a.length && i < b.length; i++) {
    const ca = a[i] ?? 0;
    const cb = b[i] ?? 0;
    if (ca === cb) continue;
    const la = isLetter(ca);
    const lb = isLetter(cb);
    if (la && lb) return ca - cb;
    if (la || lb) return lb ? -1 : 1;
    const start = (ca === 0x30 || cb === 0x30) && leadsNumber(a, i) ? 1n : 0n;
    const na = numberAt(a, i, start);
    const nb = numberAt(b, i, start);
    if (na.value !== nb.value) return na.value < nb.value ? -1 : 1;
    return na.end === nb.end ? ca - cb : na.end - nb.end;
  }
  return a.length - b.length;
}
