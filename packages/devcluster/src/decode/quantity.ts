/** Kubernetes quantities: exact decimal arithmetic on BigInt, and the canonical form that the server stores and prints. */

const FORM = /^([+-]?)(\d*)(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/;
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const DECIMAL_BY_EXPONENT = new Map(Object.entries(DECIMAL).map(([suffix, exponent]) => [exponent, suffix]));

const WRONG_FORM = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const SUFFIXED = /^[+-]?\d*(?:\.\d*)?[eEinumkKMGTP]*[-+]?\d*$/;

/** Go's words for a text that is no quantity. */
export const quantityError = (text: string): string =>
  text !== '' && SUFFIXED.test(text) ? "unable to parse quantity's suffix" : WRONG_FORM;

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

/** The largest amount in powers of 1024. */
const MOST = (2n ** 63n - 1n) * NANOS;

const atMost = (value: bigint, limit: bigint): bigint => (value > limit ? limit : value < -limit ? -limit : value);

const parsed = new Map<string, Quantity | undefined>();

/** Reads a quantity; undefined when the text is none. Empty text is none either, but a sign or a suffix alone is zero. The few that a cluster uses are remembered. */
export function parseQuantity(text: string): Quantity | undefined {
  const known = parsed.get(text);
  if (known !== undefined || parsed.has(text)) return known;
  const quantity = readQuantity(text);
  if (parsed.size > 4096) parsed.clear();
  parsed.set(text, quantity);
  return quantity;
}

function readQuantity(text: string): Quantity | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  if (text === '') return undefined;
  let digits = BigInt(whole + fraction || '0');
  if (sign === '-') digits = -digits;
  const binary = BINARY.indexOf(suffix);
  if (suffix !== '' && binary > 0) {
    const scaled = digits * 1024n ** BigInt(binary) * NANOS;
    return { nanos: atMost(divideUp(scaled, 10n ** BigInt(fraction.length)), MOST), format: 'binarySI' };
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

/** Digits that fit the server's fast way of reading, which is 64 bits wide. */
const FAST_DIGITS = 18;

/** Whether the server takes a text for canonical, and keeps it: the number ends in no zeros that a suffix could say. */
function isKept(text: string): boolean {
  const [, , leading = '', fraction = '', suffix = ''] = FORM.exec(text) ?? [];
  const whole = leading.replace(/^0+/, '');
  const power = BINARY.indexOf(suffix);
  if (power > 0) {
    const precision = 14 - whole.length - power * 3;
    return !text.includes('.') && precision >= 0 && Number(whole) % 8 !== 0;
  }
  const digits = `${whole || '0'}${fraction}`;
  const scale = (DECIMAL[suffix] ?? Number(suffix.slice(1))) - fraction.length;
  return digits.length <= FAST_DIGITS && scale >= -9 && scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
}

const canonical = new Map<string, string>();

/** The text that is stored for a quantity; undefined when it is none. */
export function canonicalQuantity(text: string): string | undefined {
  const known = canonical.get(text);
  if (known !== undefined) return known;
  const quantity = parseQuantity(text);
  if (quantity === undefined) return undefined;
  const result = isKept(text) ? text : formatQuantity(quantity);
  if (canonical.size > 4096) canonical.clear();
  canonical.set(text, result);
  return result;
}

const MILLI = 1_000_000n;

/** Amounts of resources have thousandths at most; finer ones are rounded up. */
export function roundedResource(text: string): string {
  const quantity = parseQuantity(text);
  if (quantity === undefined || quantity.nanos % MILLI === 0n) return text;
  return formatQuantity({ ...quantity, nanos: divideUp(quantity.nanos, MILLI) * MILLI });
}

/** The whole number of a quantity, rounded up. */
export const wholeQuantity = (text: string): number => Number(divideUp(parseQuantity(text)?.nanos ?? 0n, NANOS));

/** Negative, zero or positive, like a sort function. Texts that are no quantity count as zero. */
export function compareQuantities(a: string, b: string): number {
  const left = parseQuantity(a)?.nanos ?? 0n;
  const right = parseQuantity(b)?.nanos ?? 0n;
  return left < right ? -1 : left > right ? 1 : 0;
}
