import { GoError } from '../errors.ts';
import { quoteMeta, Regexp } from '../regex/regexp.ts';
import { growCapacity } from '../value/capacity.ts';
import { def, P } from '../value/define.ts';
import type { FunctionMap, GoFunction } from '../value/function.ts';
import { nilSlice, strings } from '../value/slice.ts';
import { T } from '../value/types.ts';
import type { Value } from '../value/value.ts';

type Compile = (pattern: string) => Regexp;

function quietMatch(pattern: string, s: string): boolean {
  try {
    return Regexp.compile(pattern).matches(s);
  } catch (cause) {
    if (cause instanceof GoError) return false;
    throw cause;
  }
}

function findAll(re: Regexp, s: string, n: number): Value {
  const found = re.findAll(s, n);
  if (found.length === 0) return nilSlice(T.sliceString);
  const texts = found.map(([start, end]) => s.slice(start, end));
  // Go starts with room for ten.
  return strings(texts, texts.length <= 10 ? 10 : growCapacity(texts.length));
}

function findFirst(re: Regexp, s: string): string {
  const m = re.find(s);
  return m === undefined ? '' : s.slice(m[0], m[1]);
}

function splitAll(re: Regexp, pattern: string, s: string, n: number): Value {
  const parts = re.split(s, n, pattern);
  return parts === undefined ? nilSlice(T.sliceString) : strings(parts);
}

/** Each function twice: the plain one panics on a bad pattern, the must… one returns the error; only the words differ. */
function pair(name: string, make: (compile: Compile) => GoFunction): Record<string, GoFunction> {
  const must = `must${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return { [name]: make(Regexp.mustCompile), [must]: make(Regexp.compile) };
}

/** Sprig's regular expressions: RE2 syntax, linear time. */
export const regexFunctions: FunctionMap = {
  regexMatch: def([P.string, P.string], quietMatch),
  mustRegexMatch: def([P.string, P.string], (pattern, s) => Regexp.compile(pattern).matches(s)),
  ...pair('regexFindAll', (compile) => def([P.string, P.string, P.int], (pattern, s, n) => findAll(compile(pattern), s, n.toNumber()))),
  ...pair('regexFind', (compile) => def([P.string, P.string], (pattern, s) => findFirst(compile(pattern), s))),
  ...pair('regexReplaceAll', (compile) => def([P.string, P.string, P.string], (pattern, s, by) => compile(pattern).replaceAll(s, by))),
  ...pair('regexReplaceAllLiteral', (compile) =>
    def([P.string, P.string, P.string], (pattern, s, by) => compile(pattern).replaceAllLiteral(s, by)),
  ),
  ...pair('regexSplit', (compile) =>
    def([P.string, P.string, P.int], (pattern, s, n) => splitAll(compile(pattern), pattern, s, n.toNumber())),
  ),
  regexQuoteMeta: def([P.string], (s) => quoteMeta(s)),
};
