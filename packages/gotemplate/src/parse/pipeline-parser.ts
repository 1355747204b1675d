import { quote } from '../text/quote.ts';
import { unquote } from '../text/unquote.ts';
import type { ArgNode, ChainNode, CommandNode, PipeNode, VariableNode } from './node.ts';
import { nodeText } from './node-text.ts';
import { parseCharConstant, parseComplex, parseNumber } from './number-literal.ts';
import type { Token, TokenType } from './token.ts';
import type { TokenStream } from './token-stream.ts';

const MAX_PARENTHESES = 10_000;

const OPERANDS: ReadonlySet<TokenType> = new Set<TokenType>([
  'bool',
  'charConstant',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParen',
]);

const NOT_EXECUTABLE: ReadonlySet<ArgNode['type']> = new Set<ArgNode['type']>(['bool', 'dot', 'nil', 'number', 'string']);

/** How errors are raised: the parser knows the line and the action. */
export interface Reporter {
  fail(reason: string): never;
  unexpected(token: Token, context: string): never;
}

/** Parses what stands between the delimiters: pipelines, commands, operands. */
export class PipelineParser {
  readonly #tokens: TokenStream;
  readonly #hasFunction: (name: string) => boolean;
  readonly #report: Reporter;
  #depth = 0;
  /** The variables defined at this place, outermost first. */
  readonly variables: string[] = ['$'];

  constructor(tokens: TokenStream, hasFunction: (name: string) => boolean, report: Reporter) {
    this.#tokens = tokens;
    this.#hasFunction = hasFunction;
    this.#report = report;
  }

  /** declarations? command ('|' command)*, up to and including the token `end`. */
  pipeline(context: string, end: TokenType): PipeNode {
    const pipe: PipeNode = { type: 'pipe', pos: this.#tokens.peekNonSpace().pos, isAssign: false, decl: [], cmds: [] };
    while (this.#declaration(pipe, context));
    for (;;) {
      const token = this.#tokens.nextNonSpace();
      if (token.type === end) {
        this.#check(pipe, context);
        return pipe;
      }
      if (!OPERANDS.has(token.type)) this.#report.unexpected(token, context);
      this.#tokens.unread(token);
      pipe.cmds.push(this.#command());
    }
  }

  /** Reads one `$x :=`, `$x =` or `$x,`; true when another may follow. */
  #declaration(pipe: PipeNode, context: string): boolean {
    const v = this.#tokens.peekNonSpace();
    if (v.type !== 'variable') return false;
    this.#tokens.next();
    const after = this.#tokens.peek();
    const next = this.#tokens.peekNonSpace();
    if (next.type === 'assign' || next.type === 'declare') {
      pipe.isAssign = next.type === 'assign';
      this.#tokens.nextNonSpace();
      this.#declare(pipe, v);
      return false;
    }
    if (next.type === 'char' && next.text === ',') {
      this.#tokens.nextNonSpace();
      this.#declare(pipe, v);
      if (context !== 'range' || pipe.decl.length >= 2) this.#report.fail(`too many declarations in ${context}`);
      const second = this.#tokens.peekNonSpace().type;
      if (second === 'variable') return true;
      if (second === 'rightDelim' || second === 'rightParen') return false;
      this.#report.fail('range can only initialize variables');
    }
    // It is an operand. The space after it matters to the command.
    if (after.type === 'space') this.#tokens.unread(v, after);
    else this.#tokens.unread(v);
    return false;
  }

  #declare(pipe: PipeNode, v: Token): void {
    pipe.decl.push({ type: 'variable', pos: v.pos, ident: v.text.split('.') });
    this.variables.push(v.text);
  }

  #check(pipe: PipeNode, context: string): void {
    if (pipe.cmds.length === 0) this.#report.fail(`missing value for ${context}`);
    pipe.cmds.forEach((cmd, i) => {
      const first = cmd.args[0];
      if (i > 0 && first !== undefined && NOT_EXECUTABLE.has(first.type))
        this.#report.fail(`non executable command in pipeline stage ${i + 1}`);
    });
  }

  #command(): CommandNode {
    const cmd: CommandNode = { type: 'command', pos: this.#tokens.peekNonSpace().pos, args: [] };
    for (;;) {
      this.#tokens.peekNonSpace();
      const operand = this.#operand();
      if (operand !== undefined) cmd.args.push(operand);
      const token = this.#tokens.next();
      if (token.type === 'space') continue;
      if (token.type === 'rightDelim' || token.type === 'rightParen') this.#tokens.unread(token);
      else if (token.type !== 'pipe') this.#report.unexpected(token, 'operand');
      break;
    }
    if (cmd.args.length === 0) this.#report.fail('empty command');
    return cmd;
  }

  #operand(): ArgNode | undefined {
    const node = this.#term();
    if (node === undefined || this.#tokens.peek().type !== 'field') return node;
    const pos = this.#tokens.peek().pos;
    const fields: string[] = [];
    while (this.#tokens.peek().type === 'field') fields.push(this.#tokens.next().text.slice(1));
    switch (node.type) {
      case 'field':
        return { type: 'field', pos, ident: [...node.ident, ...fields] };
      case 'variable':
        return { type: 'variable', pos, ident: [...node.ident, ...fields] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#report.fail(`unexpected . after term ${quote(nodeText(node))}`);
      default: {
        const chain: ChainNode = { type: 'chain', pos, node, fields };
        return chain;
      }
    }
  }

  #term(): ArgNode | undefined {
    const token = this.#tokens.nextNonSpace();
    const pos = token.pos;
    switch (token.type) {
      case 'identifier':
        if (!this.#hasFunction(token.text)) this.#report.fail(`function ${quote(token.text)} not defined`);
        return { type: 'identifier', pos, ident: token.text };
      case 'dot':
        return { type: 'dot', pos };
      case 'nil':
        return { type: 'nil', pos };
      case 'variable':
        return this.#useVariable(token);
      case 'field':
        return { type: 'field', pos, ident: token.text.slice(1).split('.') };
      case 'bool':
        return { type: 'bool', pos, value: token.text === 'true' };
      case 'charConstant':
      case 'complex':
      case 'number':
        return this.#number(token);
      case 'leftParen':
        return this.#parenthesized();
      case 'string':
      case 'rawString': {
        const text = unquote(token.text) ?? this.#report.fail('invalid syntax');
        return { type: 'string', pos, quoted: token.text, text };
      }
      default:
        this.#tokens.unread(token);
        return undefined;
    }
  }

  #useVariable(token: Token): VariableNode {
    if (!this.variables.includes(token.text)) this.#report.fail(`undefined variable ${quote(token.text)}`);
    return { type: 'variable', pos: token.pos, ident: [token.text] };
  }

  #number(token: Token): ArgNode {
    const parseText = { charConstant: parseCharConstant, complex: parseComplex, number: parseNumber };
    const type = token.type === 'charConstant' || token.type === 'complex' ? token.type : 'number';
    const literal = parseText[type](token.text);
    if ('error' in literal) return this.#report.fail(literal.error);
    return { type: 'number', pos: token.pos, literal };
  }

  #parenthesized(): PipeNode {
    if (this.#depth >= MAX_PARENTHESES) this.#report.fail('max expression depth exceeded');
    this.#depth++;
    const pipe = this.pipeline('parenthesized pipeline', 'rightParen');
    this.#depth--;
    return pipe;
  }
}
