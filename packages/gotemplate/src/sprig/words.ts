import { fromRune, runes, toBytes } from '../text/bytes.ts';
import { lowerRune, titleRune, upperRune } from '../text/case.ts';
import { isDigit, isLetter, isLower, isSpace, isUpper } from '../text/unicode.ts';

/** strings.Title: the first letter of each word in title case. */
export function title(s: string): string {
  let previous = 0x20;
  let out = '';
  for (const code of runes(s)) {
    out += fromRune(isSeparator(previous) ? titleRune(code) : code);
    previous = code;
  }
  return out;
}

function isSeparator(code: number): boolean {
  if (isLetter(code) || isDigit(code) || code === 0x5f) return false;
  return code <= 0x7f || isSpace(code);
}

/** goutils.Uncapitalize: the first letter of each word in lower case. */
export function untitle(s: string): string {
  let next = true;
  let out = '';
  for (const code of runes(s)) {
    if (isSpace(code)) next = true;
    out += fromRune(next && !isSpace(code) ? lowerRune(code) : code);
    if (!isSpace(code)) next = false;
  }
  return out;
}

const TITLE = /^\p{Lt}$/u;

/** goutils.SwapCase: lower case becomes title case at the start of a word. */
export function swapcase(s: string): string {
  let space = true;
  let out = '';
  for (const code of runes(s)) {
    if (isUpper(code) || TITLE.test(String.fromCodePoint(code))) {
      out += fromRune(lowerRune(code));
      space = false;
    } else if (isLower(code)) {
      out += fromRune(space ? titleRune(code) : upperRune(code));
      space = false;
    } else {
      out += fromRune(code);
      space = isSpace(code);
    }
  }
  return out;
}

/** goutils.Initials: the first byte of each word, each byte taken as a character. */
export function initials(s: string): string {
  let gap = true;
  let out = '';
  for (const byte of toBytes(s)) {
    if (isSpace(byte)) gap = true;
    else if (gap) {
      out += String.fromCharCode(byte);
      gap = false;
    }
  }
  return out;
}

/** goutils.DeleteWhiteSpace: byte by byte; when it deletes something, every byte left is taken as a character. */
export function nospace(s: string): string {
  const bytes = toBytes(s);
  const kept = bytes.filter((b) => !isSpace(b));
  return kept.length === bytes.length ? s : Array.from(kept, (b) => String.fromCharCode(b)).join('');
}
