import { ApiError, reasonWord } from '../errors/api-error.ts';
import { KubeError } from '../errors/kube-error.ts';
import { TransportError } from '../errors/transport-error.ts';
import type { LogValue } from '../types/logger.ts';

/** Longest error text in a log line, characters. */
const longest = 1024;

/**
 * The values that describe an error in a log line: `error` (text), `reason` (the API's, lower-case: forbidden, conflict, timeout …), `status` (HTTP), `code`, `hint`.
 */
export function errorValues(error: unknown): Record<string, LogValue> {
  const text = error instanceof Error ? error.message : String(error);
  const values: Record<string, LogValue> = { error: text.length > longest ? `${text.slice(0, longest)}…` : text };
  if (error instanceof ApiError) {
    values['reason'] = reasonWord(error.status.reason);
    values['status'] = error.status.code;
  }
  if (error instanceof TransportError) values['reason'] = error.failure;
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (typeof code === 'string') values['code'] = code;
  if (error instanceof KubeError && error.hint !== '') values['hint'] = error.hint;
  return values;
}
