/** A finite float64 as exact decimal digits: `digits` × 10^(`point` - number of digits). */
export interface Decimal {
  readonly negative: boolean;
  /** Without leading or trailing zeros; empty for zero. */
  readonly digits: string;
  /** Where the decimal point is: 0.digits × 10^point. */
  readonly point: number;
}

const buffer = new DataView(new ArrayBuffer(8));

/** The bits of a float64: sign, mantissa and binary exponent with value = mantissa × 2^exponent. */
export function decompose(f: number): { negative: boolean; mantissa: bigint; exponent: number } {
  buffer.setFloat64(0, f);
  const bits = buffer.getBigUint64(0);
  const negative = bits >> 63n === 1n;
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  if (biased === 0) return { negative, mantissa: fraction, exponent: -1074 };
  return { negative, mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

/** All the digits of a float64; none is lost. */
export function exactDecimal(f: number): Decimal {
  const { negative, mantissa, exponent } = decompose(f);
  if (mantissa === 0n) return { negative, digits: '', point: 0 };
  // A negative binary exponent -e is e decimal places: m / 2^e = m * 5^e / 10^e.
  const all = exponent >= 0 ? (mantissa << BigInt(exponent)).toString() : (mantissa * 5n ** BigInt(-exponent)).toString();
  const places = exponent >= 0 ? 0 : -exponent;
  return { negative, digits: all.replace(/0+$/, ''), point: all.length - places };
}

/** The shortest digits that read back as the same float64. */
export function shortestDecimal(f: number): Decimal {
  const negative = f < 0 || Object.is(f, -0);
  if (f === 0) return { negative, digits: '', point: 0 };
  const [mantissa = '', exponent = '0'] = Math.abs(f).toExponential().split('e');
  const digits = mantissa.replace('.', '').replace(/0+$/, '');
  return { negative, digits, point: Number(exponent) + 1 };
}

/** Keeps the first `n` digits, rounding half to even as the exact value demands. `d` must be exact. */
export function roundDecimal(d: Decimal, n: number): Decimal {
  if (n >= d.digits.length) return d;
  if (n < 0) return { ...d, digits: '', point: 0 };
  const rest = d.digits.slice(n);
  const half = rest[0] ?? '0';
  const tie = half === '5' && rest.length === 1;
  const odd = n > 0 && Number(d.digits[n - 1]) % 2 === 1;
  const up = half > '5' || (half === '5' && !tie) || (tie && odd);
  const kept = d.digits.slice(0, n);
  if (!up) {
    const digits = kept.replace(/0+$/, '');
    return { ...d, digits, point: digits === '' ? 0 : d.point };
  }
  const raised = (BigInt(kept === '' ? '0' : kept) + 1n).toString().padStart(kept.length, '0');
  const point = raised.length > kept.length ? d.point + 1 : d.point;
  return { ...d, digits: raised.replace(/0+$/, ''), point };
}
