/** Optional values. */
import { CelFault } from '../errors.ts';
import type { Library } from '../library.ts';
import { CelOptional } from '../values.ts';

function isZero(value: unknown): boolean {
  if (value === null || value === false || value === 0 || value === 0n || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return value instanceof Map && value.size === 0;
}

export function addOptionals(library: Library): void {
  library.add('::optional.of(A): optional<A>', (value: unknown) => CelOptional.of(value));
  library.add('::optional.none(): optional<A>', () => CelOptional.none);
  library.add('::optional.ofNonZeroValue(A): optional<A>', (value: unknown) => (isZero(value) ? CelOptional.none : CelOptional.of(value)));
  library.add('optional<A>.hasValue(): bool', (value: CelOptional) => value.present);
  library.add('optional<A>.value(): A', (value: CelOptional) => {
    if (!value.present) throw new CelFault('optional.none() dereference');
    return value.value;
  });
  library.add('optional<A>.or(optional<A>): optional<A>', (value: CelOptional, other: CelOptional) => (value.present ? value : other));
  library.add('optional<A>.orValue(A): A', (value: CelOptional, other: unknown) => (value.present ? value.value : other));
}
