import { formatQuantity, parseQuantity, type Quantity } from '../decode/quantity.ts';

const ZERO: Quantity = { nanos: 0n, format: 'decimalSI' };

/** The sum, in the format of the first that is not zero. */
export function addQuantities(left: string, right: string): string {
  return combine(left, right, (a, b) => a + b);
}

export function subtractQuantities(left: string, right: string): string {
  return combine(left, right, (a, b) => a - b);
}

function combine(left: string, right: string, operation: (a: bigint, b: bigint) => bigint): string {
  const a = parseQuantity(left) ?? ZERO;
  const b = parseQuantity(right) ?? ZERO;
  return formatQuantity({ nanos: operation(a.nanos, b.nanos), format: a.nanos === 0n ? b.format : a.format });
}

/** As a number, for ratios. */
export function quantityValue(text: string): number {
  return Number(parseQuantity(text)?.nanos ?? 0n) / 1e9;
}
