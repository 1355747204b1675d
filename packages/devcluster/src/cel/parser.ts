/** Reads an expression; complaints about its syntax are worded as the server's parser words them. */
import { call, type Expression, type ListItem, literal, type MapEntry, type StructField } from './ast.ts';
import { CelCompileError, type CelProblem } from './errors.ts';
import { readTokens, type Token } from './lexer.ts';
import { expand } from './macros.ts';

const OPERAND = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
const ARGUMENT = OPERAND.replace("'(', ", "'(', ')', ");
const RESERVED = new Set('as break const continue else for function if import let loop package namespace return var void while'.split(' '));

/** Ends the reading at the first fault. */
class Stop extends Error {}

class Parser {
  readonly problems: CelProblem[] = [];
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(source: string) {
    this.#tokens = readTokens(source, this.problems);
  }

  whole(): Expression {
    const expression = this.#expression();
    const { kind } = this.#peek();
    if (kind !== 'end') {
      const word = this.#tokens[this.#next + 1]?.kind === 'end' ? 'extraneous' : 'mismatched';
      throw this.#fault(`${word} input '${this.#peek().text}' expecting <EOF>`);
    }
    return expression;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '<EOF>', at: 0 };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #sees(...symbols: string[]): boolean {
    const token = this.#peek();
    return token.kind === 'symbol' && symbols.includes(token.text);
  }

  #accept(symbol: string): Token | undefined {
    return this.#sees(symbol) ? this.#take() : undefined;
  }

  /** Takes a symbol. One that is missing where the rest would fit is named so. */
  #expect(symbol: string, wanted = `'${symbol}'`): Token {
    const token = this.#accept(symbol);
    if (token !== undefined) return token;
    const { kind, text } = this.#peek();
    const fits = symbol === ')' ? kind === 'end' : symbol === ':' && (kind === 'literal' || kind === 'ident');
    throw this.#fault(fits ? `missing '${symbol}' at '${text}'` : `mismatched input '${text}' expecting ${wanted}`);
  }

  #fault(words: string, at = this.#peek().at): Stop {
    this.problems.push({ offset: at, message: `Syntax error: ${words}` });
    return new Stop(words);
  }

  #expression(): Expression {
    const condition = this.#binary(0);
    const mark = this.#accept('?');
    if (mark === undefined) return condition;
    const yes = this.#binary(0);
    this.#expect(':');
    return call(mark.at, '_?_:_', condition, yes, this.#expression());
  }

  #binary(level: number): Expression {
    const symbols = LEVELS[level];
    if (symbols === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    while (this.#sees(...symbols)) {
      const operator = this.#take();
      const name = operator.text === 'in' ? '@in' : `_${operator.text}_`;
      left = call(operator.at, name, left, this.#binary(level + 1));
    }
    return left;
  }

  #unary(): Expression {
    for (const sign of ['!', '-']) {
      const first = this.#accept(sign);
      if (first === undefined) continue;
      const following = this.#peek();
      if (sign === '-' && following.kind === 'literal' && (typeof following.value === 'bigint' || typeof following.value === 'number')) {
        this.#take();
        return this.#postfix(literal(first.at, -following.value));
      }
      let count = 1;
      while (this.#accept(sign) !== undefined) count += 1;
      const operand = this.#postfix(this.#primary());
      return count % 2 === 0 ? operand : call(first.at, `${sign}_`, operand);
    }
    return this.#postfix(this.#primary());
  }

  #postfix(start: Expression): Expression {
    let left = start;
    for (;;) {
      const dot = this.#accept('.');
      if (dot !== undefined) {
        left = this.#member(left, dot);
        continue;
      }
      const bracket = this.#accept('[');
      if (bracket === undefined) return left;
      const optional = this.#accept('?') !== undefined;
      const index = this.#expression();
      this.#expect(']');
      left = call(bracket.at, optional ? '_[?_]' : '_[_]', left, index);
    }
  }

  #member(left: Expression, dot: Token): Expression {
    const optional = this.#accept('?') !== undefined;
    const token = this.#take();
    if (token.kind !== 'ident' && token.kind !== 'escaped') {
      this.#next -= 1;
      throw this.#fault(
        token.kind === 'end' ? "no viable alternative at input '.'" : `mismatched input '${token.text}' expecting IDENTIFIER`,
      );
    }
    const field = token.kind === 'escaped' ? token.text.slice(1, -1) : token.text;
    if (optional) return call(dot.at, '_?._', left, literal(token.at, field));
    const open = token.kind === 'ident' ? this.#accept('(') : undefined;
    if (open === undefined) {
      if (this.#sees('{')) {
        const name = qualifiedName(left);
        if (name !== undefined) return this.#struct(`${name}.${field}`);
      }
      return { kind: 'select', at: dot.at, operand: left, field, test: false };
    }
    return this.#called(field, open.at, left);
  }

  #called(name: string, at: number, target: Expression | undefined): Expression {
    const args: Expression[] = [];
    while (!this.#sees(')')) {
      if (args.length === 0 && this.#peek().kind === 'end') throw this.#fault(`mismatched input '<EOF>' expecting ${ARGUMENT}`);
      args.push(this.#expression());
      if (this.#accept(',') === undefined) break;
    }
    this.#expect(')');
    return expand(name, { at, target, args }, this.problems) ?? { kind: 'call', at, name, target, args };
  }

  #primary(): Expression {
    const token = this.#peek();
    if (token.kind === 'literal') {
      this.#take();
      return literal(token.at, token.value ?? null);
    }
    if (token.kind === 'ident') return this.#named(this.#take(), '');
    if (this.#accept('(') !== undefined) {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    if (this.#sees('[')) return this.#list(this.#take());
    if (this.#sees('{')) return this.#map(this.#take());
    if (this.#accept('.') !== undefined && this.#peek().kind === 'ident') return this.#named(this.#take(), '');
    throw this.#fault(`mismatched input '${token.text}' expecting ${OPERAND}`);
  }

  #named(token: Token, prefix: string): Expression {
    const open = this.#accept('(');
    if (open !== undefined) return this.#called(`${prefix}${token.text}`, open.at, undefined);
    if (this.#sees('{')) return this.#struct(token.text);
    if (RESERVED.has(token.text)) this.problems.push({ offset: token.at, message: `reserved identifier: ${token.text}` });
    return { kind: 'ident', at: token.at, name: token.text };
  }

  #list(open: Token): Expression {
    const items: ListItem[] = [];
    while (!this.#sees(']')) {
      const optional = this.#accept('?') !== undefined;
      items.push({ value: this.#expression(), optional });
      if (this.#accept(',') === undefined) break;
    }
    this.#expect(']', "{']', ','}");
    return { kind: 'list', at: open.at, items };
  }

  #map(open: Token): Expression {
    const entries: MapEntry[] = [];
    while (!this.#sees('}')) {
      const optional = this.#accept('?') !== undefined;
      const key = this.#expression();
      const colon = this.#expect(':');
      entries.push({ at: colon.at, key, value: this.#expression(), optional });
      if (this.#accept(',') === undefined) break;
    }
    this.#expect('}');
    return { kind: 'map', at: open.at, entries };
  }

  #struct(name: string): Expression {
    const open = this.#expect('{');
    const fields: StructField[] = [];
    while (!this.#sees('}')) {
      const optional = this.#accept('?') !== undefined;
      const token = this.#peek();
      if (token.kind !== 'ident' && token.kind !== 'escaped') {
        const expected = fields.length === 0 ? "{'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}" : '{IDENTIFIER, ESC_IDENTIFIER}';
        throw this.#fault(`mismatched input '${token.text}' expecting ${expected}`);
      }
      this.#take();
      const colon = this.#expect(':');
      const field = token.kind === 'escaped' ? token.text.slice(1, -1) : token.text;
      fields.push({ at: colon.at, name: field, value: this.#expression(), optional });
      if (this.#accept(',') === undefined) break;
    }
    this.#expect('}');
    return { kind: 'struct', at: open.at, name, fields };
  }
}

const LEVELS: readonly (readonly string[])[] = [['||'], ['&&'], ['<', '<=', '>', '>=', '==', '!=', 'in'], ['+', '-'], ['*', '/', '%']];

/** The dotted name that an expression may be. */
export function qualifiedName(expression: Expression): string | undefined {
  if (expression.kind === 'ident') return expression.name;
  if (expression.kind !== 'select' || expression.test) return undefined;
  const operand = qualifiedName(expression.operand);
  return operand === undefined ? undefined : `${operand}.${expression.field}`;
}

/** Throws CelCompileError. */
export function parse(source: string): Expression {
  const parser = new Parser(source);
  let expression: Expression | undefined;
  try {
    expression = parser.whole();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
  if (expression === undefined || parser.problems.length > 0) throw new CelCompileError(source, parser.problems);
  return expression;
}
