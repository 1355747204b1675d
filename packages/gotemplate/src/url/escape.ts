import { GoError } from '../errors.ts';
import { fromBinary } from '../text/binary.ts';
import { quote } from '../text/quote.ts';

/** The parts of a URL, which differ in what they may hold unescaped (net/url). Texts here are byte strings. */
export type UrlPart = 'path' | 'host' | 'zone' | 'userPassword' | 'fragment';

const PLAIN: Readonly<Record<UrlPart, RegExp>> = {
  path: /[A-Za-z0-9\-._~$&+,/:;=@]/,
  host: /[A-Za-z0-9\-._~!"$&'()*+,:;<=>[\]]/,
  zone: /[A-Za-z0-9\-._~!"$&'()*+,:;<=>[\]]/,
  userPassword: /[A-Za-z0-9\-._~$&+,;=]/,
  fragment: /[A-Za-z0-9\-._~!$&()*+,/:;=?@]/,
};

/** Whether a byte must be escaped in a part. */
export function shouldEscape(c: string, part: UrlPart): boolean {
  return !PLAIN[part].test(c);
}

/** Escapes what the part may not hold. */
export function escapeUrl(s: string, part: UrlPart): string {
  return s.replace(/[\s\S]/g, (c) => (shouldEscape(c, part) ? `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}` : c));
}

function checkEscape(s: string, i: number, part: UrlPart): void {
  const text = s.slice(i, i + 3);
  const bad = (): GoError => new GoError(`invalid URL escape ${quote(fromBinary(text))}`);
  if (!/^%[0-9a-fA-F]{2}$/.test(text)) throw bad();
  const v = Number.parseInt(text.slice(1), 16);
  // Escapes of ASCII are not allowed in a host, but for the percent sign of a zone.
  if (part === 'host' && v < 0x80 && text !== '%25') throw bad();
  if (part === 'zone' && text !== '%25' && v !== 0x20 && shouldEscape(String.fromCharCode(v), 'host')) throw bad();
}

/** Undoes escapes. Throws {@link GoError} for a broken one, or for a byte that the part may not hold. */
export function unescapeUrl(s: string, part: UrlPart): string {
  for (let i = 0; i < s.length; i++) {
    const c = s[i] ?? '';
    if (c === '%') {
      checkEscape(s, i, part);
      i += 2;
    } else if ((part === 'host' || part === 'zone') && c < '\x80' && shouldEscape(c, part)) {
      throw new GoError(`invalid character ${quote(fromBinary(c))} in host name`);
    }
  }
  return s.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Whether the text is a valid escaping of a part. */
export function isEscaped(s: string, part: UrlPart): boolean {
  return [...s].every((c) => "!$&'()*+,;=:@[]%".includes(c) || !shouldEscape(c, part));
}
