/** A failure that the person at the terminal can act on: what is wrong, and the next step. Printed without a stack. */
export class UserError extends Error {
  readonly code: string;
  readonly hint: string;
  /** Process exit status. */
  readonly exitCode: number;

  constructor(code: string, message: string, hint: string, options: { cause?: unknown; exitCode?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UserError';
    this.code = code;
    this.hint = hint;
    this.exitCode = options.exitCode ?? 1;
  }
}
