import type { GoType } from './types.ts';
import { T } from './types.ts';
import type { Value } from './value.ts';

/**
 * A Go slice: a window on a backing array. Capacity matters, since `slice` may reach beyond the length. Elements beyond what the
 * backing array holds are the zero value.
 */
export class GoSlice {
  readonly type: GoType;
  readonly backing: Value[];
  readonly offset: number;
  readonly length: number;
  readonly capacity: number;
  readonly isNil: boolean;

  constructor(type: GoType, backing: Value[], options: { offset?: number; length?: number; capacity?: number; isNil?: boolean } = {}) {
    this.type = type;
    this.backing = backing;
    this.offset = options.offset ?? 0;
    this.length = options.length ?? backing.length;
    this.capacity = options.capacity ?? this.length;
    this.isNil = options.isNil ?? false;
  }

  /** The element at `i`, which is within the length. */
  at(i: number): Value {
    const v = this.backing[this.offset + i];
    return v === undefined ? zeroElement(this.type) : v;
  }

  /** The elements as an array; do not change it. */
  items(): readonly Value[] {
    if (this.offset === 0 && this.length === this.backing.length) return this.backing;
    return Array.from({ length: this.length }, (_, i) => this.at(i));
  }

  /** s[start:end:limit]; the caller has checked the bounds against the capacity. */
  window(start: number, end: number, limit: number = this.capacity): GoSlice {
    return new GoSlice(this.type, this.backing, { offset: this.offset + start, length: end - start, capacity: limit - start });
  }
}

function zeroElement(type: GoType): Value {
  return type.elem?.kind === 'string' ? '' : null;
}

/** A []interface {}. */
export function list(items: Value[], capacity?: number): GoSlice {
  return new GoSlice(T.sliceAny, items, capacity === undefined ? {} : { capacity });
}

/** A []string. */
export function strings(items: string[], capacity?: number): GoSlice {
  return new GoSlice(T.sliceString, items, capacity === undefined ? {} : { capacity });
}

/** A nil slice of a type. */
export function nilSlice(type: GoType): GoSlice {
  return new GoSlice(type, [], { isNil: true });
}
