import { sortStrings } from '../text/compare.ts';
import type { GoType } from './types.ts';
import { T } from './types.ts';
import type { Value } from './value.ts';

/** A Go map with string keys. Keys are own properties of nothing: `__proto__` is a key like any other. */
export class GoMap {
  readonly type: GoType;
  readonly isNil: boolean;
  protected readonly entries: Map<string, Value>;

  constructor(type: GoType, entries: Map<string, Value> = new Map(), isNil = false) {
    this.type = type;
    this.entries = entries;
    this.isNil = isNil;
  }

  get size(): number {
    return this.entries.size;
  }

  /** The value of a key, or undefined when there is none. A stored nil is null. */
  get(key: string): Value | undefined {
    return this.entries.get(key);
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  set(key: string, value: Value): void {
    this.entries.set(key, value === undefined ? null : value);
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  /** The keys in Go's order of printing and ranging. */
  sortedKeys(): string[] {
    return sortStrings([...this.entries.keys()]);
  }
}

/** A map[string]interface {}. */
export function dict(entries: Iterable<readonly [string, Value]> = []): GoMap {
  return new GoMap(T.mapAny, new Map(entries));
}
