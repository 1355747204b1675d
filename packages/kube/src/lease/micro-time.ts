/** meta/v1 MicroTime: RFC 3339 in UTC with exactly six digits. The API server refuses the three that `Date` writes. */
export function microTime(epochMs: number): string {
  const micros = Math.floor(epochMs * 1000) % 1000;
  const millis = new Date(Math.floor(epochMs)).toISOString();
  return `${millis.slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}
