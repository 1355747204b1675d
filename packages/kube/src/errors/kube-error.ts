export interface KubeErrorOptions {
  cause?: unknown;
  retryable?: boolean;
  hint?: string;
}

/**
 * Base of every error of this package. `code` never changes its meaning (docs/reference/errors.md lists them all).
 * `retryable`: the same call may succeed later without anybody changing anything.
 */
export class KubeError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  /** What a person can do about it; empty when there is nothing to say. */
  readonly hint: string;

  constructor(code: string, message: string, options: KubeErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.hint = options.hint ?? '';
  }
}

/** The thrown value as an Error, so that nothing that was thrown is lost. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
