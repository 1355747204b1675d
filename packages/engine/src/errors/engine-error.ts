import type { ErrorCode } from '../types/error-code.ts';
import type { PassResult } from '../types/outcome.ts';

/** Codes that mean infrastructure (API, permission, time-out) and not the owner's own fault (DESIGN §10.12). */
const infrastructure: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'KindNotObservable',
  'Forbidden',
  'ApiUnavailable',
  'StaleRead',
  'QuotaExceeded',
  'NamespaceTerminating',
]);

/** Codes that a later try, with nothing changed by us, may well not meet again. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...infrastructure,
  'Denied',
  'NamespaceNotFound',
  'Throttled',
  'DeletionBlocked',
]);

export interface EngineErrorOptions {
  cause?: unknown;
  hint?: string;
  /** From the server's Retry-After. */
  retryAfterMs?: number;
}

/** Every fault that the engine reports. `code` has a line in docs/reference/errors.md. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly hint: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: EngineErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = passing.has(code);
    this.hint = options.hint;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Codes that tell of something that goes on, not of a fault. */
const harmless: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ReadinessTimeout',
  'Throttled',
  'EditWar',
  'DeletionBlocked',
  'OwnershipNotProven',
]);

/** How a pass counts that met this code. */
export function resultOf(code: ErrorCode): PassResult {
  if (harmless.has(code)) return 'success';
  return infrastructure.has(code) ? 'error' : 'failed';
}
