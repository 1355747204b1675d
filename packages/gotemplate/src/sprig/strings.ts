import { GoError } from '../errors.ts';
import { sprint } from '../fmt/printer.ts';
import { bytewise, bytewiseText, fromBinary, toBinary } from '../text/binary.ts';
import { normalize } from '../text/bytes.ts';
import { toLower, toUpper } from '../text/case.ts';
import { sortStrings } from '../text/compare.ts';
import { quote } from '../text/quote.ts';
import { replaceAll, splitN } from '../text/split.ts';
import { trimCutset, trimSpace } from '../text/trim.ts';
import { def, P, variadic } from '../value/define.ts';
import type { CallContext, FunctionMap } from '../value/function.ts';
import { GoMap } from '../value/map.ts';
import { GoSlice, strings } from '../value/slice.ts';
import { T } from '../value/types.ts';
import type { Value } from '../value/value.ts';
import { abbreviate } from './abbreviate.ts';
import { stringItems, strslice, strval } from './strval.ts';
import { substring, truncate } from './substring.ts';
import { camelcase, lowerWords } from './word-case.ts';
import { initials, nospace, swapcase, title, untitle } from './words.ts';
import { wrap } from './wrap.ts';

/** strings.Repeat, within the limit of the render. */
export function repeat(s: string, count: number, context: CallContext): string {
  if (count < 0) throw new GoError('strings: negative Repeat count');
  if (s === '') return '';
  context.limiter.bytes(s.length * count);
  return s.repeat(count);
}

function indent(spaces: number, s: string, context: CallContext): string {
  const pad = repeat(' ', spaces, context);
  context.limiter.bytes(pad.length * (s.split('\n').length + 1));
  return pad + s.replaceAll('\n', `\n${pad}`);
}

function isPresent(v: Value): boolean {
  return v !== null && v !== undefined;
}

/** split and splitn: the parts as _0, _1 ... */
function numbered(parts: readonly string[]): GoMap {
  return new GoMap(T.mapString, new Map(parts.map((p, i) => [`_${i}`, p])));
}

/** Sorts a []string in place, as Sprig does; of anything else a list of texts. */
function sortAlpha(v: Value): Value {
  if (!(v instanceof GoSlice)) return strings([strval(v)]);
  const list = strslice(v);
  sortStrings(stringItems(v)).forEach((s, i) => {
    list.backing[list.offset + i] = s;
  });
  return list;
}

/** strings.SplitN; by bytes when the separator may be part of a character. */
function split(s: string, separator: string, n: number): string[] {
  if (separator.isWellFormed()) return splitN(s, separator, n);
  return splitN(toBinary(s), toBinary(separator), n).map(fromBinary);
}

function replace(old: string, replacement: string, s: string, context: CallContext): string {
  const found = old === '' ? s.length + 1 : s.split(old).length;
  context.limiter.bytes(s.length + found * replacement.length);
  return bytewiseText([s, old, replacement], (x = '', y = '', z = '') => replaceAll(x, y, z));
}

const unary = (f: (s: string) => Value) => def([P.string], (s) => f(s));
const trimAll = def([P.string, P.string], (cutset, s) => trimCutset(s, cutset));

/** Sprig's string functions. */
export const stringFunctions: FunctionMap = {
  hello: def([], () => 'Hello!'),
  abbrev: def([P.int, P.string], (width, s) => (width.big < 4n ? s : abbreviate(s, 0, width.toNumber()))),
  abbrevboth: def([P.int, P.int, P.string], (left, right, s) =>
    right.big < 4n || (left.big > 0n && right.big < 7n) ? s : abbreviate(s, left.toNumber(), right.toNumber()),
  ),
  trunc: def([P.int, P.string], (count, s) => truncate(count.toNumber(), s)),
  trim: unary(trimSpace),
  upper: unary(toUpper),
  lower: unary(toLower),
  title: unary(title),
  untitle: unary(untitle),
  substr: def([P.int, P.int, P.string], (start, end, s) => substring(start.toNumber(), end.toNumber(), s)),
  repeat: def([P.int, P.string], (count, s, context) => normalize(repeat(s, count.toNumber(), context))),
  trimall: trimAll,
  trimAll,
  trimSuffix: def([P.string, P.string], (a, b) =>
    bytewiseText([a, b], (x = '', y = '') => (y.endsWith(x) ? y.slice(0, y.length - x.length) : y)),
  ),
  trimPrefix: def([P.string, P.string], (a, b) => bytewiseText([a, b], (x = '', y = '') => (y.startsWith(x) ? y.slice(x.length) : y))),
  nospace: unary(nospace),
  initials: unary(initials),
  swapcase: unary(swapcase),
  snakecase: unary((s) => lowerWords(s, '_')),
  camelcase: unary(camelcase),
  kebabcase: unary((s) => lowerWords(s, '-')),
  wrap: def([P.int, P.string], (width, s) => wrap(s, width.toNumber(), '', false)),
  wrapWith: def([P.int, P.string, P.string], (width, newline, s) => wrap(s, width.toNumber(), newline, true)),
  contains: def([P.string, P.string], (part, s) => bytewise([part, s], (x = '', y = '') => y.includes(x))),
  hasPrefix: def([P.string, P.string], (part, s) => bytewise([part, s], (x = '', y = '') => y.startsWith(x))),
  hasSuffix: def([P.string, P.string], (part, s) => bytewise([part, s], (x = '', y = '') => y.endsWith(x))),
  quote: variadic([], P.any, (values) =>
    values
      .filter(isPresent)
      .map((v) => quote(strval(v)))
      .join(' '),
  ),
  squote: variadic([], P.any, (values) =>
    values
      .filter(isPresent)
      .map((v) => `'${sprint([v])}'`)
      .join(' '),
  ),
  cat: variadic([], P.any, (values) =>
    normalize(
      values
        .filter(isPresent)
        .map((v) => sprint([v]))
        .join(' '),
    ),
  ),
  indent: def([P.int, P.string], (spaces, s, context) => indent(spaces.toNumber(), s, context)),
  nindent: def([P.int, P.string], (spaces, s, context) => `\n${indent(spaces.toNumber(), s, context)}`),
  replace: def([P.string, P.string, P.string], replace),
  plural: def([P.string, P.string, P.int], (one, many, count) => (count.big === 1n ? one : many)),
  toString: def([P.any], (v) => strval(v)),
  toStrings: def([P.any], (v) => strslice(v)),
  split: def([P.string, P.string], (separator, s) => numbered(split(s, separator, -1))),
  splitList: def([P.string, P.string], (separator, s) => strings(split(s, separator, -1))),
  splitn: def([P.string, P.int, P.string], (separator, n, s) => numbered(split(s, separator, n.toNumber()))),
  join: def([P.string, P.any], (separator, v, context) => {
    const items = stringItems(v);
    context.limiter.bytes(separator.length * items.length);
    return normalize(items.join(separator));
  }),
  sortAlpha: def([P.any], sortAlpha),
};
