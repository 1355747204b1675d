/** Codes never change meaning; docs/reference/errors.md has a line for each. */
export type AutopilotErrorCode =
  /** assets/catalog.yaml, an asset file or a tombstone file is not what its schema says. */
  | 'CatalogInvalid'
  /** A template could not be evaluated, or its output is no single Kubernetes object. */
  | 'RenderFailed'
  /** The cluster has the CRD but does not serve the kind. */
  | 'KindNotServed'
  /** A flag of the command line cannot be used. */
  | 'UsageInvalid';

export class AutopilotError extends Error {
  override readonly name = 'AutopilotError';
  readonly code: AutopilotErrorCode;
  /** Whether the same call may succeed later without anybody changing its input. */
  readonly retryable: boolean;
  /** What a person can do about it. */
  readonly hint: string | undefined;
  constructor(code: AutopilotErrorCode, message: string, options: { cause?: unknown; hint?: string; retryable?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.hint = options.hint;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
