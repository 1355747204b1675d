/** The errors of this package. Every one that a host sees is a {@link TemplateError}. */

/** What went wrong: the source was refused, running it failed, or a limit was reached. */
export type TemplateErrorCode = 'TemplateParse' | 'TemplateExec' | 'TemplateLimit';

/** Where an error is in the source. */
export interface ErrorLocation {
  /** The name given to the source (`compile(source, {name})`). */
  readonly templateName: string;
  /** Counted from 1. */
  readonly line: number;
  /** Bytes before the place within its line, counted from 0 as Go does; parse errors have none. */
  readonly column?: number;
  /** The failing expression as Go prints it, without the angle brackets. */
  readonly expression?: string;
}

/** The base of all errors that {@link compile} and `render` throw. `message` is Go's text word for word, U+FFFD for stray bytes. */
export class TemplateError extends Error {
  readonly code: TemplateErrorCode;
  /** Rendering again with the same template and data gives the same error. */
  readonly retryable = false;
  readonly hint: string;
  readonly location: ErrorLocation;
  /** The text without template name, position and expression. */
  readonly reason: string;

  constructor(code: TemplateErrorCode, message: string, reason: string, location: ErrorLocation, hint: string, cause?: unknown) {
    super(message.toWellFormed(), cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.reason = reason.toWellFormed();
    this.location = location;
    this.hint = hint;
  }
}

/** The source is not a template. */
export class ParseError extends TemplateError {
  constructor(reason: string, location: ErrorLocation) {
    super(
      'TemplateParse',
      `template: ${location.templateName}:${location.line}: ${reason}`,
      reason,
      location,
      'Correct the template at the line named.',
    );
  }
}

/** Running the template failed; nothing of its output counts. */
export class ExecError extends TemplateError {
  /** The key that the data does not have, when that is the reason. */
  readonly missingKey: string | undefined;

  constructor(message: string, reason: string, location: ErrorLocation, cause?: unknown, missingKey?: string) {
    const hint =
      missingKey === undefined ? 'Check the expression against the data.' : `Provide "${missingKey}", or handle its absence with default.`;
    super('TemplateExec', message, reason, location, hint, cause);
    this.missingKey = missingKey;
  }
}

/** Which limit was reached. */
export type LimitName = 'outputBytes' | 'iterations' | 'depth' | 'milliseconds' | 'sourceBytes';

/** The template asked for more than its limits allow. */
export class LimitError extends TemplateError {
  readonly limit: LimitName;

  constructor(message: string, reason: string, limit: LimitName, location: ErrorLocation) {
    super('TemplateLimit', message, reason, location, `Make the template do less, or raise the limit ${limit}.`);
    this.limit = limit;
  }
}

/** What a function of Go returns or panics with; the evaluator adds where it happened. Functions of a host may throw it. */
export class GoError extends Error {
  /** Set when a limit, not the function, refused. */
  readonly limit: LimitName | undefined;

  constructor(message: string, limit?: LimitName) {
    super(message);
    this.name = 'GoError';
    this.limit = limit;
  }
}
