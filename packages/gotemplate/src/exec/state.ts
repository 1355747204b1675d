import { ExecError, GoError, LimitError } from '../errors.ts';
import type { Node, TemplateNode } from '../parse/node.ts';
import { nodeText } from '../parse/node-text.ts';
import { byteLength } from '../text/bytes.ts';
import { quote } from '../text/quote.ts';
import type { CallContext } from '../value/function.ts';
import { Missing } from '../value/missing.ts';
import type { Value } from '../value/value.ts';
import type { Limiter } from './limiter.ts';

/** What to do about a key that a map does not have. `handled` is described in the README. */
export type MissingKey = 'default' | 'zero' | 'error' | 'handled';

/** The source that positions refer to. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** What one render shares with no other: output, variables, the place for errors (exec.go's state). */
export class State implements CallContext {
  readonly source: Source;
  readonly missingKey: MissingKey;
  readonly limiter: Limiter;
  out = '';
  /** The name of the template being executed. */
  templateName: string;
  /** The node being evaluated, for errors. */
  node: Node | undefined;
  /** Whether the element of the innermost range is held in an interface: then errors call its type `interface {}`. */
  elementIsInterface = false;
  /** Whether Go holds the field or variable evaluated last in an interface. Only the builtin slice can tell. */
  held = false;
  depth = 0;
  /** The {{template}} action entered last. */
  call: TemplateNode | undefined;
  /** The variables, innermost last. `base` is where those of the executing template start. */
  readonly names: string[] = [];
  readonly values: Value[] = [];
  readonly interfaces: boolean[] = [];
  base = 0;

  constructor(source: Source, missingKey: MissingKey, limiter: Limiter) {
    this.source = source;
    this.missingKey = missingKey;
    this.limiter = limiter;
    this.templateName = source.name;
  }

  push(name: string, value: Value, inInterface = false): void {
    this.names.push(name);
    this.values.push(value);
    this.interfaces.push(inInterface);
  }

  /** Drops the variables beyond the mark, which is a length of `names`. */
  pop(mark: number): void {
    if (this.names.length === mark) return;
    this.names.length = mark;
    this.values.length = mark;
    this.interfaces.length = mark;
  }

  /** The index of the innermost variable of that name. */
  find(name: string): number {
    for (let i = this.names.length - 1; i >= this.base; i--) if (this.names[i] === name) return i;
    return this.fail(`undefined variable: ${name}`);
  }

  assign(i: number, value: Value, inInterface = false): void {
    this.values[i] = value;
    this.interfaces[i] = inInterface;
  }

  write(text: string): void {
    this.out += text;
    // Units never outnumber bytes, so this is a cheap first look; the end of the render counts exactly.
    if (this.out.length > this.limiter.limits.outputBytes) this.limiter.bytes(this.out.length);
  }

  /** Raises an execution error at the current node. */
  fail(reason: string, cause?: unknown, missingKey?: string): never {
    throw this.errorAt(this.node, this.templateName, reason, cause, missingKey);
  }

  /** Makes what a missing key evaluates to in the mode `handled`. */
  missing(reason: string, key: string): Missing {
    const { node, templateName } = this;
    return new Missing(() => this.errorAt(node, templateName, reason, undefined, key));
  }

  /** An execution error at a node. */
  errorAt(node: Node | undefined, templateName: string, reason: string, cause?: unknown, missingKey?: string): ExecError | LimitError {
    const { name, text } = this.source;
    let message = `template: ${templateName}: ${reason}`;
    let location: { templateName: string; line: number; column?: number; expression?: string } = { templateName: name, line: 1 };
    if (node !== undefined) {
      const before = text.slice(0, node.pos);
      const lineStart = before.lastIndexOf('\n') + 1;
      const line = before.split('\n').length;
      const column = byteLength(before.slice(lineStart));
      const expression = nodeText(node);
      location = { templateName: name, line, column, expression };
      message = `template: ${name}:${line}:${column}: executing ${quote(templateName)} at <${expression}>: ${reason}`;
    }
    if (cause instanceof GoError && cause.limit !== undefined) return new LimitError(message, reason, cause.limit, location);
    return new ExecError(message, reason, location, cause, missingKey);
  }
}
