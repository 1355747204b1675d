/** strings.SplitN(s, separator, n): at most n parts, the last with the rest; n < 0 is all; an empty separator splits characters. */
export function splitN(s: string, separator: string, n: number): string[] {
  if (n === 0) return [];
  const parts = separator === '' ? [...s] : s.split(separator);
  if (n < 0 || parts.length <= n) return parts;
  return [...parts.slice(0, n - 1), parts.slice(n - 1).join(separator)];
}

/** strings.Replace(s, old, replacement, -1): an empty `old` is found before every character and at the end. */
export function replaceAll(s: string, old: string, replacement: string): string {
  if (old === '') return replacement + [...s].map((c) => c + replacement).join('');
  return s.split(old).join(replacement);
}
