import type { TransportResponse } from '../types/transport.ts';

/** The texts of `warning` headers (RFC 7234: `299 - "text"`), with their quoting taken off. */
export function warningsOf(headers: TransportResponse['headers']): string[] {
  const header = headers['warning'];
  if (header === undefined) return [];
  const texts: string[] = [];
  for (const value of typeof header === 'string' ? [header] : header) {
    for (const match of value.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)) texts.push((match[1] ?? '').replace(/\\(.)/g, '$1'));
  }
  return texts;
}
