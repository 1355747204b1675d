import { quote } from '../text/quote.ts';
import { parseFloat64, parseInt64, parseUint64 } from '../text/strconv.ts';
import { unquoteChar } from '../text/unquote.ts';
import { Complex, truncateToInt64 } from '../value/number.ts';

/** A numeric constant and all the types it can be read as. */
export interface NumberLiteral {
  readonly text: string;
  readonly int?: bigint;
  readonly uint?: bigint;
  readonly float?: number;
  readonly complex?: Complex;
}

type Parsed = NumberLiteral | { readonly error: string };

const TWO64 = 2 ** 64;

/** uint64(f) as amd64 does it, for the range in which the round trip can succeed. */
function floatToUint(f: number): bigint | undefined {
  return Number.isInteger(f) && f >= 0 && f < TWO64 ? BigInt(f) : undefined;
}

function floatToInt(f: number): bigint | undefined {
  const n = truncateToInt64(f);
  return Number(n) === f ? n : undefined;
}

/** Leaves out the readings that do not exist. */
function literal(
  text: string,
  v: { int: bigint | undefined; uint: bigint | undefined; float: number | undefined; complex?: Complex },
): NumberLiteral {
  return {
    text,
    ...(v.int === undefined ? {} : { int: v.int }),
    ...(v.uint === undefined ? {} : { uint: v.uint }),
    ...(v.float === undefined ? {} : { float: v.float }),
    ...(v.complex === undefined ? {} : { complex: v.complex }),
  };
}

function complexLiteral(text: string, c: Complex): NumberLiteral {
  if (c.imag !== 0) return { text, complex: c };
  return literal(text, { int: floatToInt(c.real), uint: floatToUint(c.real), float: c.real, complex: c });
}

/** A character constant such as 'a'. */
export function parseCharConstant(text: string): Parsed {
  const c = unquoteChar(text, 1, "'");
  if (c === undefined) return { error: 'invalid syntax' };
  if (text.slice(c.next) !== "'") return { error: `malformed character constant: ${text}` };
  return { text, int: BigInt(c.value), uint: BigInt(c.value), float: c.value };
}

/** A complex constant such as 1+2i. */
export function parseComplex(text: string): Parsed {
  const split = Math.max(text.lastIndexOf('+', text.length - 2), text.lastIndexOf('-', text.length - 2));
  const at = /[eEpP]/.test(text[split - 1] ?? '') && !/^[+-]?0[xX]/.test(text) ? text.slice(0, split).search(/[+-][^+-]*$/) : split;
  const real = parseFloat64(text.slice(0, at));
  const imag = parseFloat64(text.slice(at, -1));
  if (typeof real !== 'number' || typeof imag !== 'number') return { error: 'syntax error scanning complex number' };
  return complexLiteral(text, new Complex(real, imag));
}

/** Any other number (NumberNode of Go). */
export function parseNumber(text: string): Parsed {
  if (text.endsWith('i')) {
    const imag = parseFloat64(text.slice(0, -1));
    if (typeof imag === 'number') return complexLiteral(text, new Complex(0, imag));
  }
  const u = parseUint64(text, 0);
  const i = parseInt64(text, 0);
  const int = typeof i === 'bigint' ? i : undefined;
  // -0 has an unsigned reading too.
  const uint = typeof u === 'bigint' ? u : int === 0n ? 0n : undefined;
  if (int !== undefined || uint !== undefined) return literal(text, { int, uint, float: Number(int ?? uint) });
  const f = parseFloat64(text);
  if (typeof f !== 'number') return { error: `illegal number syntax: ${quote(text)}` };
  if (!/[.eEpP]/.test(text)) return { error: `integer overflow: ${quote(text)}` };
  return literal(text, { int: floatToInt(f), uint: floatToUint(f), float: f });
}
