import { isRecord } from './json-paths.ts';

export const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** The same value with members in order. */
export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, canonical(value[key])]),
  );
}

export function canonicalText(value: unknown): string {
  return JSON.stringify(canonical(value)) ?? '';
}

/** Differences in words, at most so many. */
export function differences(want: unknown, got: unknown, limit = 20): string[] {
  const out: string[] = [];
  compare(want, got, '', out);
  return out.slice(0, limit);
}

function compare(want: unknown, got: unknown, at: string, out: string[]): void {
  if (want === got) return;
  if (!isRecord(want) || !isRecord(got) || Array.isArray(want) !== Array.isArray(got)) {
    out.push(`${at}: expected ${short(want)}, got ${short(got)}`);
    return;
  }
  for (const key of [...new Set([...Object.keys(want), ...Object.keys(got)])].sort()) {
    const path = Array.isArray(want) ? `${at}[${key}]` : `${at}.${key}`;
    if (want[key] === undefined && got[key] !== undefined) out.push(`${path}: not expected, got ${short(got[key])}`);
    else if (got[key] === undefined && want[key] !== undefined) out.push(`${path}: missing, expected ${short(want[key])}`);
    else compare(want[key], got[key], path, out);
  }
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
