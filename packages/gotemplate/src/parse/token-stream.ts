import { quote } from '../text/quote.ts';
import type { Lexer } from './lexer.ts';
import type { Token } from './token.ts';
import { isKeyword } from './token.ts';

/** A token as Go's errors show it. */
export function tokenText(t: Token): string {
  if (t.type === 'EOF') return 'EOF';
  if (t.type === 'error') return t.text;
  if (isKeyword(t.type)) return `<${t.text}>`;
  const runes = [...t.text];
  // Go measures bytes to decide, and cuts by characters.
  if (new TextEncoder().encode(t.text).length > 10) return `${quote(runes.slice(0, 10).join(''))}...`;
  return quote(t.text);
}

/** The lexer with up to three tokens of look-ahead. Each definition reads through its own, since its errors name the line of its own last token. */
export class TokenStream {
  readonly #lexer: Lexer;
  readonly #pending: Token[] = [];
  /** The line of the token read last: where parse errors are said to be. */
  line = 0;

  constructor(lexer: Lexer) {
    this.#lexer = lexer;
  }

  next(): Token {
    return this.#pending.pop() ?? this.#read();
  }

  peek(): Token {
    const t = this.next();
    this.#pending.push(t);
    return t;
  }

  /** Puts tokens back; the first given is read first. */
  unread(...tokens: Token[]): void {
    for (const t of tokens.reverse()) this.#pending.push(t);
  }

  nextNonSpace(): Token {
    let t = this.next();
    while (t.type === 'space') t = this.next();
    return t;
  }

  peekNonSpace(): Token {
    const t = this.nextNonSpace();
    this.#pending.push(t);
    return t;
  }

  #read(): Token {
    const t = this.#lexer.next();
    this.line = t.line;
    return t;
  }
}
