import { decompose } from '../fmt/decimal.ts';

/** math.Frexp: f = fraction × 2^exponent with the fraction in [0.5, 1). */
function frexp(f: number): { fraction: number; exponent: number } {
  const { mantissa, exponent } = decompose(f);
  const bits = mantissa.toString(2).length;
  return { fraction: Number(mantissa) / 2 ** bits, exponent: exponent + bits };
}

/** math.Ldexp. */
function ldexp(fraction: number, exponent: number): number {
  if (exponent > 1000) return fraction * 2 ** 1000 * 2 ** (exponent - 1000);
  if (exponent < -1000) return fraction * 2 ** -1000 * 2 ** (exponent + 1000);
  return fraction * 2 ** exponent;
}

/** math.Pow(10, n) for an integral n, bit for bit as Go computes it. */
export function powerOfTen(n: number): number {
  if (n === 0) return 1;
  if (n === 1) return 10;
  if (n >= 2 ** 63) return Number.POSITIVE_INFINITY;
  if (n <= -(2 ** 63)) return 0;
  let { fraction: x, exponent: xe } = frexp(10);
  let a = 1;
  let ae = 0;
  for (let i = BigInt(Math.abs(n)); i !== 0n; i >>= 1n) {
    if (xe < -4096 || xe > 4096) {
      ae += xe;
      break;
    }
    if ((i & 1n) === 1n) {
      a *= x;
      ae += xe;
    }
    x *= x;
    xe *= 2;
    if (x < 0.5) {
      x += x;
      xe--;
    }
  }
  return n < 0 ? ldexp(1 / a, -ae) : ldexp(a, ae);
}
