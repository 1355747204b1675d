import { ParseError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import { unquote } from '../text/unquote.ts';
import { Lexer } from './lexer.ts';
import type { BranchNode, ElseNode, EndNode, ListNode, Node, PipeNode, TemplateNode, TreeSet } from './node.ts';
import { nodeText } from './node-text.ts';
import { PipelineParser } from './pipeline-parser.ts';
import type { Token, TokenType } from './token.ts';
import { TokenStream, tokenText } from './token-stream.ts';

/** What a source is parsed with. */
export interface ParseOptions {
  /** The name of the template and of the source in errors. */
  readonly name: string;
  /** Whether a function of that name exists. */
  readonly hasFunction: (name: string) => boolean;
  readonly leftDelim: string;
  readonly rightDelim: string;
}

/** What {@link parse} hands from one definition to the next. */
interface Shared {
  readonly options: ParseOptions;
  readonly lexer: Lexer;
  readonly trees: TreeSet;
}

/** Whether the node holds nothing but space (Go's IsEmptyTree). */
function isEmptyTree(n: Node): boolean {
  if (n.type === 'list') return n.nodes.every(isEmptyTree);
  // bytes.TrimSpace knows Unicode's spaces; of JavaScript's \s only the BOM is none of them, and U+0085 is one.
  return n.type === 'text' && /^[\s\x85]*$/.test(n.text) && !n.text.includes('\ufeff');
}

/** Parses one template body: the source's own, or that of a define or block (Go's text/template/parse/parse.go). */
class Parser {
  readonly #shared: Shared;
  readonly #tokens: TokenStream;
  readonly #pipelines: PipelineParser;
  #actionLine = 0;
  #rangeDepth = 0;

  constructor(shared: Shared) {
    this.#shared = shared;
    this.#tokens = new TokenStream(shared.lexer);
    this.#pipelines = new PipelineParser(this.#tokens, shared.options.hasFunction, {
      fail: (reason) => this.#fail(reason),
      unexpected: (token, context) => this.#unexpected(token, context),
    });
  }

  #fail(reason: string): never {
    throw new ParseError(reason, { templateName: this.#shared.options.name, line: this.#tokens.line });
  }

  #unexpected(token: Token, context: string): never {
    if (token.type !== 'error') this.#fail(`unexpected ${tokenText(token)} in ${context}`);
    let extra = '';
    if (this.#actionLine !== 0 && this.#actionLine !== token.line) {
      const started = ` started at ${this.#shared.options.name}:${this.#actionLine}`;
      extra = token.text.endsWith(' action') ? started : ` in action${started}`;
    }
    this.#fail(token.text + extra);
  }

  #expect(type: TokenType, context: string): Token {
    const token = this.#tokens.nextNonSpace();
    return token.type === type ? token : this.#unexpected(token, context);
  }

  /** The source's own body, up to its end. */
  parseSource(): void {
    const root: ListNode = { type: 'list', pos: this.#tokens.peek().pos, nodes: [] };
    while (this.#tokens.peek().type !== 'EOF') {
      if (this.#tokens.peek().type === 'leftDelim') {
        const delim = this.#tokens.next();
        const first = this.#tokens.nextNonSpace();
        if (first.type === 'define') {
          new Parser(this.#shared).#parseDefinition();
          continue;
        }
        this.#tokens.unread(delim, first);
      }
      const n = this.#textOrAction();
      if (n.type === 'end' || n.type === 'else') this.#fail(`unexpected ${nodeText(n)}`);
      root.nodes.push(n);
    }
    this.#add(this.#shared.options.name, root);
  }

  #parseDefinition(): void {
    const context = 'define clause';
    const name = this.#templateName(this.#tokens.nextNonSpace(), context);
    this.#expect('rightDelim', context);
    this.#parseBody(name, context, this);
  }

  /** The body of a define or block up to its end; `reporter` is the parser whose context errors show. */
  #parseBody(name: string, context: string, reporter: Parser): void {
    const { list, end } = this.#itemList();
    if (end.type !== 'end') reporter.#fail(`unexpected ${nodeText(end)} in ${context}`);
    this.#add(name, list);
  }

  #add(name: string, root: ListNode): void {
    const old = this.#shared.trees.get(name);
    if (old === undefined || isEmptyTree(old.root)) this.#shared.trees.set(name, { name, root });
    else if (!isEmptyTree(root)) this.#fail(`template: multiple definition of template ${quote(name)}`);
  }

  #itemList(): { list: ListNode; end: EndNode | ElseNode } {
    const list: ListNode = { type: 'list', pos: this.#tokens.peekNonSpace().pos, nodes: [] };
    while (this.#tokens.peekNonSpace().type !== 'EOF') {
      const n = this.#textOrAction();
      if (n.type === 'end' || n.type === 'else') return { list, end: n };
      list.nodes.push(n);
    }
    this.#fail('unexpected EOF');
  }

  #textOrAction(): Node {
    const token = this.#tokens.nextNonSpace();
    if (token.type === 'text') return { type: 'text', pos: token.pos, text: token.text };
    if (token.type !== 'leftDelim') this.#unexpected(token, 'input');
    this.#actionLine = token.line;
    const n = this.#action();
    this.#actionLine = 0;
    return n;
  }

  #action(): Node {
    const token = this.#tokens.nextNonSpace();
    switch (token.type) {
      case 'block':
        return this.#block();
      case 'break':
      case 'continue':
        return this.#loopControl(token, token.type);
      case 'else':
        return this.#else();
      case 'end':
        return { type: 'end', pos: this.#expect('rightDelim', 'end').pos };
      case 'if':
      case 'range':
      case 'with':
        return this.#branch(token.type);
      case 'template':
        return this.#template();
      default:
        this.#tokens.unread(token);
        return { type: 'action', pos: token.pos, pipe: this.#pipelines.pipeline('command', 'rightDelim') };
    }
  }

  #loopControl(keyword: Token, type: 'break' | 'continue'): Node {
    const token = this.#tokens.nextNonSpace();
    if (token.type !== 'rightDelim') this.#unexpected(token, `{{${type}}}`);
    if (this.#rangeDepth === 0) this.#fail(`{{${type}}} outside {{range}}`);
    return { type, pos: keyword.pos };
  }

  #else(): ElseNode {
    const next = this.#tokens.peekNonSpace();
    // The if or with of an "else if" stays unread for #branch.
    if (next.type === 'if' || next.type === 'with') return { type: 'else', pos: next.pos };
    return { type: 'else', pos: this.#expect('rightDelim', 'else').pos };
  }

  #branch(type: 'if' | 'range' | 'with'): BranchNode {
    const mark = this.#pipelines.variables.length;
    const pipe = this.#pipelines.pipeline(type, 'rightDelim');
    if (type === 'range') this.#rangeDepth++;
    const { list, end } = this.#itemList();
    if (type === 'range') this.#rangeDepth--;
    const elseList = end.type === 'else' ? this.#elseList(type, end) : undefined;
    this.#pipelines.variables.length = mark;
    return { type, pos: pipe.pos, pipe, list, elseList };
  }

  #elseList(type: 'if' | 'range' | 'with', start: ElseNode): ListNode {
    if (type !== 'range' && this.#tokens.peek().type === type) {
      this.#tokens.next();
      return { type: 'list', pos: start.pos, nodes: [this.#branch(type)] };
    }
    const { list, end } = this.#itemList();
    if (end.type !== 'end') this.#fail(`expected end; found ${nodeText(end)}`);
    return list;
  }

  #block(): TemplateNode {
    const context = 'block clause';
    const token = this.#tokens.nextNonSpace();
    const name = this.#templateName(token, context);
    const pipe = this.#pipelines.pipeline(context, 'rightDelim');
    new Parser(this.#shared).#parseBody(name, context, this);
    return { type: 'template', pos: token.pos, name, pipe };
  }

  #template(): TemplateNode {
    const context = 'template clause';
    const token = this.#tokens.nextNonSpace();
    const name = this.#templateName(token, context);
    const next = this.#tokens.nextNonSpace();
    let pipe: PipeNode | undefined;
    if (next.type !== 'rightDelim') {
      this.#tokens.unread(next);
      pipe = this.#pipelines.pipeline(context, 'rightDelim');
    }
    return { type: 'template', pos: token.pos, name, pipe };
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'rawString') this.#unexpected(token, context);
    return unquote(token.text) ?? this.#fail('invalid syntax');
  }
}

/** Parses a source into its templates, by name. Throws {@link ParseError}. */
export function parse(source: string, options: ParseOptions): TreeSet {
  const lexer = new Lexer(source, options.leftDelim, options.rightDelim, {
    breakOk: !options.hasFunction('break'),
    continueOk: !options.hasFunction('continue'),
  });
  const trees: TreeSet = new Map();
  try {
    new Parser({ options, lexer, trees }).parseSource();
  } catch (cause) {
    // Nesting beyond what the stack holds; Go refuses at 10,000 parentheses.
    if (!(cause instanceof RangeError)) throw cause;
    throw new ParseError('max expression depth exceeded', { templateName: options.name, line: lexer.line });
  }
  return trees;
}
