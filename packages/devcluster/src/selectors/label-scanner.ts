export type SelectorTokenType = 'identifier' | 'in' | 'notin' | '=' | '==' | '!=' | '!' | '>' | '<' | '(' | ')' | ',' | 'error' | 'end';

export interface SelectorToken {
  readonly type: SelectorTokenType;
  readonly text: string;
}

const SYMBOLS: ReadonlyMap<string, SelectorTokenType> = new Map<string, SelectorTokenType>([
  [')', ')'],
  [',', ','],
  ['!', '!'],
  ['==', '=='],
  ['=', '='],
  ['>', '>'],
  ['<', '<'],
  ['!=', '!='],
  ['(', '('],
]);
const SPECIAL = /[=!(),><]/;
const BLANK = /[ \t\r\n]/;

/** Cuts a label selector into tokens; the last one is always `end`. */
export function scanSelector(text: string): SelectorToken[] {
  const tokens: SelectorToken[] = [];
  let position = 0;
  while (position < text.length) {
    const char = text.charAt(position);
    if (BLANK.test(char)) {
      position += 1;
      continue;
    }
    const token = SPECIAL.test(char) ? scanSymbol(text, position) : scanWord(text, position);
    tokens.push(token);
    position += token.text.length;
  }
  tokens.push({ type: 'end', text: '' });
  return tokens;
}

/** The longest symbol that begins here. */
function scanSymbol(text: string, start: number): SelectorToken {
  const two = text.slice(start, start + 2);
  const pair = SYMBOLS.get(two);
  if (pair !== undefined && two.length === 2) return { type: pair, text: two };
  const one = text.charAt(start);
  return { type: SYMBOLS.get(one) ?? 'error', text: one };
}

function scanWord(text: string, start: number): SelectorToken {
  let end = start;
  while (end < text.length && !SPECIAL.test(text.charAt(end)) && !BLANK.test(text.charAt(end))) end += 1;
  const word = text.slice(start, end);
  return { type: word === 'in' || word === 'notin' ? word : 'identifier', text: word };
}
