/** The number parsers of Go's strconv. */

/** Why a number was refused: not a number at all, or one that does not fit. */
export type NumberFault = 'syntax' | 'range';

const PREFIXES: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16 };
const DIGITS: Readonly<Record<number, RegExp>> = { 2: /^[01]+$/, 8: /^[0-7]+$/, 10: /^[0-9]+$/, 16: /^[0-9a-fA-F]+$/ };
const BIG_PREFIX: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 10: '', 16: '0x' };

/** Whether underscores stand only between digits, or between a base prefix and a digit. */
function underscoresOk(s: string): boolean {
  const body = s.replace(/^[+-]/, '').replace(/^0[bBoOxX]/, '0');
  const hex = /^[+-]?0[xX]/.test(s);
  return !(hex ? /(^|[^0-9a-fA-F])_|_($|[^0-9a-fA-F])/ : /(^|[^0-9])_|_($|[^0-9])/).test(body);
}

/** The absolute value of a text in a base; base 0 reads the prefixes and underscores of Go's literals. */
function parseMagnitude(s: string, base: 0 | 8 | 10): bigint | undefined {
  let radix: number = base === 0 ? 10 : base;
  let digits = s;
  if (base === 0 && s.startsWith('0') && s.length > 1) {
    const prefix = PREFIXES[s[1]?.toLowerCase() ?? ''];
    radix = prefix !== undefined && s.length >= 3 ? prefix : 8;
    digits = prefix !== undefined && s.length >= 3 ? s.slice(2) : s.slice(1);
  }
  if (base === 0 && digits.includes('_')) {
    if (!underscoresOk(s)) return undefined;
    digits = digits.replaceAll('_', '');
  }
  if (!(DIGITS[radix]?.test(digits) ?? false)) return undefined;
  return BigInt((BIG_PREFIX[radix] ?? '') + digits);
}

/** strconv.ParseInt(s, base, 64). */
export function parseInt64(s: string, base: 0 | 8 | 10): bigint | NumberFault {
  const negative = s.startsWith('-');
  const magnitude = parseMagnitude(/^[+-]/.test(s) ? s.slice(1) : s, base);
  if (magnitude === undefined) return 'syntax';
  const v = negative ? -magnitude : magnitude;
  return BigInt.asIntN(64, v) === v ? v : 'range';
}

/** strconv.ParseUint(s, base, 64). */
export function parseUint64(s: string, base: 0 | 10): bigint | NumberFault {
  const v = parseMagnitude(s, base);
  if (v === undefined) return 'syntax';
  return BigInt.asUintN(64, v) === v ? v : 'range';
}

const DECIMAL_FLOAT = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/;
const HEX_FLOAT = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/;
const SPECIAL = /^([+-]?)(inf|infinity)$/i;

/** strconv.ParseFloat(s, 64). */
export function parseFloat64(s: string): number | NumberFault {
  if (/^nan$/i.test(s)) return Number.NaN;
  const special = SPECIAL.exec(s);
  if (special !== null) return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  let text = s;
  if (text.includes('_')) {
    if (!underscoresOk(text)) return 'syntax';
    text = text.replaceAll('_', '');
  }
  if (DECIMAL_FLOAT.test(text)) {
    const v = Number(text);
    return Number.isFinite(v) ? v : 'range';
  }
  return parseHexFloat(text);
}

function parseHexFloat(text: string): number | NumberFault {
  const m = HEX_FLOAT.exec(text);
  const whole = m?.[2] ?? '';
  const fraction = m?.[3] ?? '';
  if (m === null || whole + fraction === '') return 'syntax';
  const mantissa = BigInt(`0x${whole}${fraction}`);
  const exponent = Math.max(-20000, Math.min(20000, Number(m[4]))) - 4 * fraction.length;
  const v = scale(mantissa, exponent);
  if (!Number.isFinite(v)) return 'range';
  return m[1] === '-' ? -v : v;
}

/** mantissa × 2^exponent, rounded once. */
function scale(mantissa: bigint, exponent: number): number {
  if (mantissa === 0n) return 0;
  const bits = mantissa.toString(2).length;
  const top = bits + exponent;
  if (top > 1024) return Number.POSITIVE_INFINITY;
  // The last bit that a float64 of this size has is 2^low.
  const low = Math.max(top - 53, -1074);
  const drop = low - exponent;
  if (drop <= 0) return Number(mantissa) * 2 ** exponent;
  const unit = 1n << BigInt(drop);
  let kept = mantissa / unit;
  const rest = mantissa % unit;
  if (rest * 2n > unit || (rest * 2n === unit && kept % 2n === 1n)) kept += 1n;
  return low < -1000 ? Number(kept) * 2 ** -1000 * 2 ** (low + 1000) : Number(kept) * 2 ** low;
}
