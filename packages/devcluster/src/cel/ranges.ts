/** What the 64-bit integers of the language hold. */
import { CelFault } from './errors.ts';
import { CelUint } from './values.ts';

const MAX = 2n ** 63n;

export function int(value: bigint): bigint {
  if (value < -MAX || value >= MAX) throw new CelFault('integer overflow');
  return value;
}

export function uint(value: bigint): CelUint {
  if (value < 0n || value >= 2n * MAX) throw new CelFault('unsigned integer overflow');
  return new CelUint(value);
}
