import { builtinFunctions } from './builtins/functions.ts';
import type { ExecError } from './errors.ts';
import { GoError, LimitError } from './errors.ts';
import { Compiler } from './exec/compiler.ts';
import type { Limits } from './exec/limiter.ts';
import { DEFAULT_LIMITS, Limiter } from './exec/limiter.ts';
import type { MissingKey } from './exec/state.ts';
import { State } from './exec/state.ts';
import type { TreeSet } from './parse/node.ts';
import { parse } from './parse/parser.ts';
import { readableNames } from './parse/variables.ts';
import { byteLength, toBytes, fromHost as wellFormed } from './text/bytes.ts';
import type { FunctionMap } from './value/function.ts';
import type { Numbers } from './value/host.ts';
import { fromHost } from './value/host.ts';
import { countingVisits } from './value/visits.ts';

/** How {@link compile} reads a source and how the template renders. */
export interface CompileOptions {
  /** The name in error messages. Default `template`. */
  readonly name?: string;
  /** What a key that the data does not have means. Default `default`, as in Go. */
  readonly missingkey?: MissingKey;
  /** Functions besides Go's builtins, which they may hide: a set of this package, the host's own, or both spread together. */
  readonly functions?: FunctionMap;
  /** What opens and closes an action. Default `{{` and `}}`; an empty string stands for the default. */
  readonly delimiters?: readonly [left: string, right: string];
  /** What one render may use at most; what is left out keeps its default ({@link DEFAULT_LIMITS}). */
  readonly limits?: Partial<Limits>;
  /** How plain numbers in the data are taken. Default `int64`, as Kubernetes objects hold them. */
  readonly numbers?: Numbers;
}

const NO_FUNCTIONS: FunctionMap = {};

/** A parsed template; render it as often as you like, it keeps no state between renders. */
export class Template {
  readonly name: string;
  readonly source: string;
  readonly #trees: TreeSet;
  readonly #compiler: Compiler;
  readonly #options: Required<Pick<CompileOptions, 'missingkey' | 'numbers'>> & { readonly limits: Limits };
  /** The whole output, when the source has no action. */
  readonly #constant: string | undefined;

  /** Use {@link compile}. */
  constructor(source: string, options: CompileOptions) {
    this.name = options.name ?? 'template';
    this.source = source;
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#options = { missingkey: options.missingkey ?? 'default', numbers: options.numbers ?? 'int64', limits };
    const functions = options.functions ?? NO_FUNCTIONS;
    const leftDelim = options.delimiters?.[0] || '{{';
    const rightDelim = options.delimiters?.[1] || '}}';
    if (source.length > limits.sourceBytes) this.#refuseSource(limits.sourceBytes);
    this.#constant = source.includes(leftDelim) ? undefined : source;
    const hasFunction = (name: string): boolean => Object.hasOwn(functions, name) || Object.hasOwn(builtinFunctions, name);
    this.#trees = this.#constant === undefined ? parse(source, { name: this.name, hasFunction, leftDelim, rightDelim }) : new Map();
    this.#compiler = new Compiler(this.#trees, functions, builtinFunctions);
  }

  #refuseSource(limit: number): never {
    const reason = `source exceeds the limit of ${limit} bytes`;
    throw new LimitError(`template: ${this.name}: ${reason}`, reason, 'sourceBytes', { templateName: this.name, line: 1 });
  }

  /**
   * Renders with `data` as the dot. Data is JSON-like (see `fromHost`) and never changed. An output that is not valid
   * UTF-8 (a string cut inside a character) shows U+FFFD for each stray byte; {@link renderBytes} has the bytes.
   *
   * Throws ExecError or LimitError; there is no partial output.
   */
  render(data: unknown): string {
    const out = this.#run(data);
    return out.isWellFormed() ? out : new TextDecoder('utf-8', { ignoreBOM: true }).decode(toBytes(out));
  }

  /** {@link render} as bytes, exactly those that Go would write. */
  renderBytes(data: unknown): Uint8Array {
    return toBytes(this.#run(data));
  }

  /**
   * The first names after the root dot and `$` that the template can read, sorted: `.a.b` and `$.a` give `a`; so do
   * `index . "a"`, `get . "a"` and the like with constant names. Names reached through other values are not known.
   */
  variables(): string[] {
    return readableNames(this.#trees, this.name);
  }

  #run(data: unknown): string {
    if (this.#constant !== undefined) return this.#constant;
    const { missingkey, limits, numbers } = this.#options;
    const state = new State({ name: this.name, text: this.source }, missingkey, new Limiter(limits));
    try {
      const body = this.#compiler.body(this.name);
      if (body === undefined) return state.fail(`"${this.name}" is an incomplete or empty template`);
      const dot = fromHost(data, numbers) ?? undefined;
      state.push('$', dot);
      countingVisits(state.limiter, () => body(state, dot));
      if (state.out.length * 3 > limits.outputBytes) state.limiter.bytes(byteLength(state.out));
    } catch (cause) {
      throw located(state, cause);
    }
    return state.out;
  }
}

/** Gives a limit its place, and a full stack its name. */
function located(state: State, cause: unknown): unknown {
  if (cause instanceof GoError) return state.errorAt(state.node, state.templateName, cause.message, cause);
  if (!(cause instanceof RangeError)) return cause;
  return rangeFault(state, cause);
}

function rangeFault(state: State, cause: RangeError): ExecError | LimitError {
  if (/call stack/i.test(cause.message)) {
    const reason = `exceeded maximum template depth (${state.limiter.limits.depth})`;
    const node = state.call ?? state.node;
    return state.errorAt(node, state.templateName, reason, new GoError(reason, 'depth'));
  }
  return state.errorAt(state.node, state.templateName, cause.message, new GoError(cause.message, 'outputBytes'));
}

/**
 * Parses a source once, for many renders.
 *
 * @param source the template's text
 * @returns the template
 * @throws {ParseError} when the source is not a template; the message is Go's word for word
 * @throws {LimitError} when the source is longer than its limit
 */
export function compile(source: string, options: CompileOptions = {}): Template {
  return new Template(wellFormed(source), options);
}
