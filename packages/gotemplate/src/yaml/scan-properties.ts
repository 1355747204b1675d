import { GoError } from '../errors.ts';
import type { YamlReader } from './reader.ts';
import { isBlank } from './scalar-style.ts';
import type { YamlToken } from './token.ts';
import { token } from './token.ts';

/** What may stand before a node or a document: anchors, tags, directives. */

const URI = /^[0-9A-Za-z_\-;/?:@&=+$,.!~*'()[\]]$/;

function fail(problem: string): never {
  throw new GoError(`yaml: ${problem}`);
}

function word(r: YamlReader): string {
  let out = '';
  while (/^[0-9A-Za-z_-]$/.test(r.peek())) out += r.skip();
  return out;
}

/** &name or *name. */
export function scanAnchor(r: YamlReader, type: 'alias' | 'anchor'): YamlToken {
  r.skip();
  const name = word(r);
  if (name === '' || !(r.isBlankOrEnd() || '?:,]}%@`'.includes(r.peek()))) fail('did not find expected alphabetic or numeric character');
  return token(type, name);
}

function tagHandle(r: YamlReader, directive: boolean): string {
  if (r.peek() !== '!') fail("did not find expected '!'");
  let handle = r.skip() + word(r);
  if (r.peek() === '!') handle += r.skip();
  else if (directive && handle !== '!') fail("did not find expected '!'");
  return handle;
}

function uriEscape(r: YamlReader): string {
  const hex = r.peek(1) + r.peek(2);
  if (!/^[0-9a-fA-F]{2}$/.test(hex)) fail('did not find URI escaped octet');
  for (let i = 0; i < 3; i++) r.skip();
  return String.fromCharCode(Number.parseInt(hex, 16));
}

function tagUri(r: YamlReader, head: string): string {
  let uri = head.slice(1);
  let found = head !== '';
  for (;;) {
    const c = r.peek();
    if (c === '%') uri += uriEscape(r);
    else if (URI.test(c)) uri += r.skip();
    else break;
    found = true;
  }
  return found ? uri : fail('did not find expected tag URI');
}

/** !<uri>, !handle!suffix, !suffix or a lone !. */
export function scanTag(r: YamlReader): YamlToken {
  let handle = '';
  let suffix: string;
  if (r.peek(1) === '<') {
    r.skip();
    r.skip();
    suffix = tagUri(r, '');
    if (r.peek() !== '>') fail("did not find the expected '>'");
    r.skip();
  } else {
    handle = tagHandle(r, false);
    if (handle.length > 1 && handle.endsWith('!')) suffix = tagUri(r, '');
    else {
      suffix = tagUri(r, handle);
      handle = '!';
      if (suffix === '') [handle, suffix] = ['', '!'];
    }
  }
  if (!r.isBlankOrEnd()) fail('did not find expected whitespace or line break');
  return token('tag', handle, suffix);
}

function skipBlanks(r: YamlReader): void {
  while (isBlank(r.peek())) r.skip();
}

function versionNumber(r: YamlReader): string {
  let digits = '';
  while (/^[0-9]$/.test(r.peek())) digits += r.skip();
  if (digits.length > 2) fail('found extremely long version number');
  return digits === '' ? fail('did not find expected version number') : String(Number(digits));
}

function directiveValue(r: YamlReader, name: string): YamlToken {
  skipBlanks(r);
  if (name === 'YAML') {
    const major = versionNumber(r);
    if (r.peek() !== '.') fail("did not find expected digit or '.' character");
    r.skip();
    return token('versionDirective', `${major}.${versionNumber(r)}`);
  }
  if (name !== 'TAG') fail('found unknown directive name');
  const handle = tagHandle(r, true);
  if (!isBlank(r.peek())) fail('did not find expected whitespace');
  skipBlanks(r);
  const prefix = tagUri(r, '');
  if (!r.isBlankOrEnd()) fail('did not find expected whitespace or line break');
  return token('tagDirective', handle, prefix);
}

/** %YAML or %TAG, to the end of its line. */
export function scanDirective(r: YamlReader): YamlToken {
  r.skip();
  const name = word(r);
  if (name === '' || !r.isBlankOrEnd()) fail('could not find expected directive name');
  const t = directiveValue(r, name);
  skipBlanks(r);
  if (r.peek() === '#') while (!r.isBreakOrEnd()) r.skip();
  if (!r.isBreakOrEnd()) fail('did not find expected comment or line break');
  r.skipLine();
  return t;
}
