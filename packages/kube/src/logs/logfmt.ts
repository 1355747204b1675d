import type { LogValue } from '../types/logger.ts';

/** `key=value` with quotes where the value needs them (empty, blanks, quotes, equals signs, control characters). One line, always. */
export function logfmtPair(key: string, value: LogValue): string {
  return `${key.replace(/[\s="]/g, '_')}=${logfmtValue(value)}`;
}

function logfmtValue(value: LogValue): string {
  if (typeof value !== 'string') return String(value);
  return /^[^\s="\\\u0000-\u001f\u007f]+$/.test(value) ? value : JSON.stringify(value);
}
