/** A fault in an expression's text, at an offset of it. */
export interface CelProblem {
  readonly offset: number;
  readonly message: string;
}

/** The text is no expression of the environment. The message shows every fault where it is, as the server's library prints it. */
export class CelCompileError extends Error {
  readonly code = 'CEL_COMPILE';
  readonly retryable = false;
  readonly hint = 'see https://kubernetes.io/docs/reference/using-api/cel/';

  constructor(source: string, problems: readonly CelProblem[]) {
    const found = [...problems].sort((a, b) => a.offset - b.offset);
    super(found.map((problem) => locate(source, problem)).join('\n'));
    this.name = 'CelCompileError';
  }
}

/** An expression could not be evaluated with these values. */
export class CelFault extends Error {
  readonly code = 'CEL';
  readonly retryable = false;
  readonly hint = 'see https://kubernetes.io/docs/reference/using-api/cel/';

  constructor(message: string) {
    super(message);
    this.name = 'CelFault';
  }
}

function locate(source: string, { offset, message }: CelProblem): string {
  const before = source.slice(0, offset).split('\n');
  const column = [...(before[before.length - 1] ?? '')].length;
  const line = source.split('\n')[before.length - 1] ?? '';
  return `ERROR: <input>:${before.length}:${column + 1}: ${message}\n | ${line}\n | ${'.'.repeat(column)}^`;
}
