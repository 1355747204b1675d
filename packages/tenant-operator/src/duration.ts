/** `30s`, `5m`, `1h` in milliseconds. The schema lets nothing else through; anything else is `fallback`. */
export function durationMs(text: string, fallback: number): number {
  const match = /^([0-9]+)(s|m|h)$/.exec(text);
  if (!match) return fallback;
  const unit = { s: 1_000, m: 60_000, h: 3_600_000 }[match[2] ?? ''] ?? 1_000;
  return Number(match[1]) * unit;
}
