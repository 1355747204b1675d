/** What the operator needs of a template language; `gotemplate` is plugged in by go-text.ts. */

/** A template that has been parsed. */
export interface TextTemplate {
  /** @throws TemplateError of gotemplate */
  render(variables: Readonly<Record<string, string>>): string;
  /** First names after the root dot that it can read. */
  variables(): readonly string[];
  /** Whether its result may be a number or a boolean: only then is it handed to `typed`. */
  readonly typed: boolean;
}

export interface TextLanguage {
  /** `name` is what errors call the template. @throws TemplateError of gotemplate, with the line. */
  compile(source: string, name: string): TextTemplate;
  /** What `int`, `float` and `bool` made of a whole value, or the text without marks. */
  typed(text: string, stringOnly: boolean): string | number | boolean;
}

/** Where and why a text is no template, or could not be rendered. Never holds a value of a variable. */
export interface TextProblem {
  line: number | undefined;
  reason: string;
  /** The variable that is missing, when that is the reason. */
  missing: string | undefined;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Reads what a TemplateError says, whatever the language. */
export function textProblem(error: unknown): TextProblem {
  if (!(error instanceof Error)) return { line: undefined, reason: String(error), missing: undefined };
  const location = 'location' in error && typeof error.location === 'object' && error.location !== null ? error.location : {};
  const line = 'line' in location && typeof location.line === 'number' ? location.line : undefined;
  const reason = 'reason' in error ? textOf(error.reason) : undefined;
  const missing = 'missingKey' in error ? textOf(error.missingKey) : undefined;
  return { line, reason: reason ?? error.message, missing };
}
