/** Kubernetes quantities: exact decimal arithmetic on BigInt, and the canonical form that the server stores and prints. */

const FORM = /^([+-]?)(\d*)(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/;
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const DECIMAL_BY_EXPONENT = new Map(Object.entries(DECIMAL).map(([suffix, exponent]) => [exponent, suffix]));

export const QUANTITY_ERROR = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

export type QuantityFormat = 'decimalSI' | 'binarySI' | 'decimalExponent';

/** A quantity as a whole number of billionths: finer parts are rounded up, as the server does. */
export interface Quantity {
  readonly nanos: bigint;
  readonly format: QuantityFormat;
}

const NANOS = 1_000_000_000n;

function divideUp(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  const remainder = value % by;
  if (remainder === 0n) return quotient;
  return value > 0n ? quotient + 1n : quotient - 1n;
}

/** Reads a quantity; undefined when the text is none. Empty text is none either. */
export function parseQuantity(text: string): Quantity | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  let digits = BigInt(whole + fraction || '0');
  if (sign === '-') digits = -digits;
  const binary = BINARY.indexOf(suffix);
  if (suffix !== '' && binary > 0) {
    const scaled = digits * 1024n ** BigInt(binary) * NANOS;
    return { nanos: divideUp(scaled, 10n ** BigInt(fraction.length)), format: 'binarySI' };
  }
  const exponential = /^[eE]/.test(suffix) && suffix.length > 1;
  const exponent = exponential ? Number(suffix.slice(1)) : DECIMAL[suffix];
  if (exponent === undefined) return undefined;
  const power = exponent - fraction.length + 9;
  const nanos = power >= 0 ? digits * 10n ** BigInt(power) : divideUp(digits, 10n ** BigInt(-power));
  return { nanos, format: exponential ? 'decimalExponent' : 'decimalSI' };
}

function formatBinary(nanos: bigint): string | undefined {
  if (nanos % NANOS !== 0n) return undefined;
  let value = nanos / NANOS;
  let step = 0;
  while (value !== 0n && value % 1024n === 0n && step < BINARY.length - 1) {
    value /= 1024n;
    step += 1;
  }
  return `${value}${BINARY[step]}`;
}

function formatDecimal(nanos: bigint, exponential: boolean): string {
  let value = nanos;
  let exponent = -9;
  while (value % 1000n === 0n && value !== 0n && exponent < 18) {
    value /= 1000n;
    exponent += 3;
  }
  if (exponential) return exponent === 0 ? `${value}` : `${value}e${exponent}`;
  return `${value}${DECIMAL_BY_EXPONENT.get(exponent) ?? ''}`;
}

/** The canonical text: the largest suffix that leaves no fraction. */
export function formatQuantity(quantity: Quantity): string {
  const { nanos, format } = quantity;
  if (nanos === 0n) return '0';
  const small = nanos > -1024n * NANOS && nanos < 1024n * NANOS;
  if (format === 'binarySI' && !small) return formatBinary(nanos) ?? formatDecimal(nanos, false);
  return formatDecimal(nanos, format === 'decimalExponent');
}

const canonical = new Map<string, string>();

/** Canonical text of a quantity; undefined when it is none. */
export function canonicalQuantity(text: string): string | undefined {
  const known = canonical.get(text);
  if (known !== undefined) return known;
  const quantity = parseQuantity(text);
  if (quantity === undefined) return undefined;
  const result = formatQuantity(quantity);
  if (canonical.size > 4096) canonical.clear();
  canonical.set(text, result);
  return result;
}

/** Negative, zero or positive, like a sort function. Texts that are no quantity count as zero. */
export function compareQuantities(a: string, b: string): number {
  const left = parseQuantity(a)?.nanos ?? 0n;
  const right = parseQuantity(b)?.nanos ?? 0n;
  return left < right ? -1 : left > right ? 1 : 0;
}
