import type { Decimal } from './decimal.ts';
import { decompose, exactDecimal, roundDecimal, shortestDecimal } from './decimal.ts';

/** The formats of strconv.FormatFloat. */
export type FloatFormat = 'b' | 'e' | 'E' | 'f' | 'g' | 'G' | 'x' | 'X';

/** With the shortest precision, %g writes an exponent from this power of ten on. */
const SHORTEST_EXPONENT_FROM = 6;

/** strconv.FormatFloat(f, format, precision, 64); precision -1 is the shortest text that reads back the same. */
export function formatFloat(f: number, format: FloatFormat, precision: number): string {
  if (Number.isNaN(f)) return 'NaN';
  if (f === Number.POSITIVE_INFINITY) return '+Inf';
  if (f === Number.NEGATIVE_INFINITY) return '-Inf';
  if (format === 'b') return binaryText(f);
  if (format === 'x' || format === 'X') return hexText(f, format, precision);
  const shortest = precision < 0;
  const d = shortest ? shortestDecimal(f) : exactDecimal(f);
  const sign = d.negative ? '-' : '';
  switch (format) {
    case 'e':
    case 'E': {
      const p = shortest ? Math.max(d.digits.length - 1, 0) : precision;
      return sign + exponentText(shortest ? d : roundDecimal(d, p + 1), p, format);
    }
    case 'f': {
      const p = shortest ? Math.max(d.digits.length - d.point, 0) : precision;
      return sign + fixedText(shortest ? d : roundDecimal(d, d.point + p), p);
    }
    default:
      return sign + generalText(d, shortest, precision, format === 'g' ? 'e' : 'E');
  }
}

function generalText(exact: Decimal, shortest: boolean, precision: number, e: 'e' | 'E'): string {
  const wanted = precision === 0 ? 1 : precision;
  const d = shortest ? exact : roundDecimal(exact, wanted);
  const digits = d.digits.length;
  let exponentFrom = SHORTEST_EXPONENT_FROM;
  if (!shortest) exponentFrom = wanted > digits && digits >= d.point ? digits : wanted;
  const exponent = d.point - 1;
  if (exponent < -4 || exponent >= exponentFrom) return exponentText(d, Math.max(digits - 1, 0), e);
  return fixedText(d, Math.max(digits - d.point, 0));
}

function exponentText(d: Decimal, places: number, e: 'e' | 'E'): string {
  const first = d.digits[0] ?? '0';
  const rest = places > 0 ? `.${d.digits.slice(1, places + 1).padEnd(places, '0')}` : '';
  const exponent = d.digits === '' ? 0 : d.point - 1;
  return `${first}${rest}${e}${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function fixedText(d: Decimal, places: number): string {
  const whole = d.point > 0 ? d.digits.slice(0, d.point).padEnd(d.point, '0') : '0';
  if (places <= 0) return whole;
  const fraction = d.point >= 0 ? d.digits.slice(d.point) : '0'.repeat(Math.min(-d.point, places)) + d.digits;
  return `${whole}.${fraction.slice(0, places).padEnd(places, '0')}`;
}

function binaryText(f: number): string {
  const { negative, mantissa, exponent } = decompose(f);
  return `${negative ? '-' : ''}${mantissa}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
}

function hexText(f: number, format: 'x' | 'X', precision: number): string {
  const { negative, mantissa, exponent } = decompose(f);
  let m = mantissa;
  let e = exponent;
  if (m === 0n) e = 0;
  else {
    // One bit before the point, 60 after it.
    const shift = 61 - m.toString(2).length;
    m <<= BigInt(shift);
    e += 60 - shift;
  }
  if (precision >= 0 && precision < 15) {
    const drop = BigInt(60 - precision * 4);
    const unit = 1n << drop;
    const rest = m & (unit - 1n);
    m >>= drop;
    if (rest > unit / 2n || (rest === unit / 2n && (m & 1n) === 1n)) m += 1n;
    m <<= drop;
    if (m >> 61n !== 0n) {
      m >>= 1n;
      e++;
    }
  }
  const hex = (m & ((1n << 60n) - 1n)).toString(16).padStart(15, '0');
  const fraction = precision < 0 ? hex.replace(/0+$/, '') : hex.padEnd(precision, '0').slice(0, precision);
  const text = `0x${m >> 60n}${fraction === '' ? '' : `.${fraction}`}p${e < 0 ? '-' : '+'}${String(Math.abs(e)).padStart(2, '0')}`;
  return (negative ? '-' : '') + (format === 'X' ? text.toUpperCase() : text);
}
