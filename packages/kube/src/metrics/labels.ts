import type { Labels } from '../types/metrics.ts';

/** `{a="b",c="d"}` with the values escaped as the exposition format asks; empty when there are none. Names are in `order`, or sorted without one. */
export function labelText(labels: Labels, order: readonly string[] | undefined): string {
  let text = '';
  for (const name of order ?? Object.keys(labels).sort()) text += `${text === '' ? '' : ','}${name}="${escapeValue(labels[name] ?? '')}"`;
  return text === '' ? '' : `{${text}}`;
}

/** One more label at the end. */
export function withLabel(text: string, name: string, value: string): string {
  return text === '' ? `{${name}="${value}"}` : `${text.slice(0, -1)},${name}="${value}"}`;
}

export function matches(labels: Labels, match: Labels): boolean {
  for (const name in match) if (labels[name] !== match[name]) return false;
  return true;
}

/** A sample value: whole numbers plain, the special ones in the format's words. */
export function sampleText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

function escapeValue(value: string): string {
  return /[\\\n"]/.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"') : value;
}
