/** RFC 3339 with seconds, as meta/v1 Time writes it. */
export function rfc3339(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
