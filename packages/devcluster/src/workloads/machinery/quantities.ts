import { formatQuantity, parseQuantity } from '../../decode/quantity.ts';
import { strings } from './read.ts';

/** A quantity as a number in its base unit (cores, bytes, pieces); 0 when it is none. */
export function quantity(text: string | undefined): number {
  const parsed = text === undefined ? undefined : parseQuantity(text);
  return parsed === undefined ? 0 : Number(parsed.nanos) / 1e9;
}

/** `resources.requests` or `.limits` in base units. */
export function quantities(value: unknown, ...path: readonly (string | number)[]): Record<string, number> {
  return Object.fromEntries(Object.entries(strings(value, ...path)).map(([name, text]) => [name, quantity(text)]));
}

/** Cores as `12m`, bytes as whole KiB, as metrics-server prints them. */
export function cpuText(cores: number): string {
  return formatQuantity({ nanos: BigInt(Math.round(cores * 1e9)), format: 'decimalSI' });
}

export function memoryText(bytes: number): string {
  return `${Math.round(bytes / 1024)}Ki`;
}
