import { fromRune, runes } from '../text/bytes.ts';
import { lowerRune, upperRune } from '../text/case.ts';
import { isLetter, isNumber, isPunct, isSpace, isUpper } from '../text/unicode.ts';

/** The word cases of huandu/xstrings 1.5: camelcase (ToPascalCase), snakecase, kebabcase. */

type WordType = 'invalid' | 'number' | 'upper' | 'alphabet' | 'connector' | 'punct' | 'other';

const RUNE_ERROR = 0xfffd;

function isConnector(code: number): boolean {
  return code === 0x2d || code === 0x5f || isSpace(code);
}

/** A letter of a script that has words, that is, not Chinese. */
function isAlphabet(code: number): boolean {
  if (!isLetter(code)) return false;
  return !((code >= 0x4e00 && code <= 0x9fcc) || (code >= 0x3400 && code <= 0x4d85) || (code >= 0x20000 && code <= 0x2b81d));
}

/** ToPascalCase. */
export function camelcase(s: string): string {
  const all = runes(s);
  let out = '';
  let i = 0;
  let firstUpper = false;
  let current = 0;
  // Leading connectors stay.
  while (i < all.length) {
    current = all[i] ?? 0;
    i++;
    if (!isConnector(current)) {
      firstUpper = isUpper(current);
      current = upperRune(current);
      break;
    }
    out += fromRune(current);
  }
  if (i >= all.length) return all.length === 0 ? '' : out + fromRune(current);
  for (; i < all.length; i++) {
    const previous = current;
    current = all[i] ?? 0;
    if (isConnector(current) && isConnector(previous)) {
      out += fromRune(previous);
      continue;
    }
    if (isConnector(previous)) {
      firstUpper = isUpper(current);
      current = upperRune(current);
    } else {
      if (firstUpper) {
        if (isUpper(current)) current = lowerRune(current);
        else firstUpper = false;
      }
      out += fromRune(previous);
    }
  }
  return out + fromRune(current);
}

interface Word {
  readonly type: WordType;
  readonly text: readonly number[];
  readonly next: number;
}

const NO_WORD: Word = { type: 'invalid', text: [], next: Number.MAX_SAFE_INTEGER };

/** The next word from `start` (xstrings.nextWord). */
function nextWord(all: readonly number[], start: number): Word {
  const first = all[start];
  if (first === undefined) return NO_WORD;
  const until = (from: number, accept: (code: number) => boolean): number => {
    let i = from;
    while (i < all.length && (all[i] === RUNE_ERROR || accept(all[i] ?? 0))) i++;
    return i;
  };
  const word = (type: WordType, next: number): Word => ({ type, text: all.slice(start, next), next });
  if (isConnector(first)) return word('connector', until(start + 1, isConnector));
  if (isPunct(first)) return word('punct', until(start + 1, isPunct));
  if (isUpper(first)) return word('upper', upperEnd(all, start, until));
  if (isAlphabet(first))
    return word(
      'alphabet',
      until(start + 1, (c) => isAlphabet(c) && !isUpper(c)),
    );
  if (isNumber(first)) return word('number', until(start + 1, isNumber));
  return word(
    'other',
    until(start + 1, (c) => !(isConnector(c) || isAlphabet(c) || isNumber(c) || isPunct(c))),
  );
}

/** Of "HTTPStatus" the S belongs to the next word. */
function upperEnd(all: readonly number[], start: number, until: (from: number, accept: (code: number) => boolean) => number): number {
  const second = all[start + 1];
  if (second === undefined) return start + 1;
  if (isUpper(second)) {
    const end = until(start + 2, isUpper);
    const after = all[end];
    return after !== undefined && isAlphabet(after) ? end - 1 : end;
  }
  return isAlphabet(second) ? until(start + 2, (c) => isAlphabet(c) && !isUpper(c)) : start + 1;
}

/** snakecase and kebabcase: words in lower case with a connector between them (xstrings.camelCaseToLowerCase). */
export function lowerWords(s: string, connector: string): string {
  const all = runes(s);
  let out = '';
  const write = (w: Word): void => {
    const plain = w.type !== 'upper' && w.type !== 'connector';
    for (const code of w.text) {
      if (!plain && isConnector(code)) out += connector;
      else out += fromRune(!plain && isUpper(code) ? lowerRune(code) : code);
    }
  };
  const joins = (w: Word, invalidToo: boolean): boolean =>
    w.type !== 'connector' && w.type !== 'punct' && (invalidToo || w.type !== 'invalid');
  let word = nextWord(all, 0);
  while (word.next < all.length) {
    if (word.type !== 'connector') write(word);
    const previous = word;
    word = nextWord(all, word.next);
    const takeLetters = (): void => {
      while (word.type === 'alphabet' || word.type === 'number') {
        write(word);
        word = nextWord(all, word.next);
      }
    };
    if (previous.type === 'number') {
      takeLetters();
      if (joins(word, false)) out += connector;
    } else if (previous.type === 'connector') write(previous);
    else if (previous.type !== 'punct') {
      if (word.type !== 'number') {
        if (joins(word, true)) out += connector;
      } else if (word.next < all.length) {
        const number = word;
        word = nextWord(all, word.next);
        if (word.type === 'alphabet') {
          // Lower case after a number: the number starts a word.
          out += connector;
          write(number);
          takeLetters();
          if (joins(word, false)) out += connector;
        } else {
          write(number);
          if (joins(word, true)) out += connector;
        }
      }
    }
  }
  if (word !== NO_WORD) write(word);
  return out;
}
