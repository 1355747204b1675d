import type { Memory } from '../decide/observation.ts';
import type { Digest } from '../observe/digest.ts';
import type { ReadinessCheck } from '../readiness/custom.ts';

/** What the engine keeps of one wanted object between passes. */
export interface ObjectMemory {
  ownerKey: string;
  memory: Memory;
  /** The digest that the last pass decided on; an event that differs from it in nothing that matters wakes nobody. */
  seen: Digest | undefined;
  /** Readiness rule of its own, with what it said of `seen`. */
  readiness: ReadinessCheck | undefined;
}

export class ObjectMemories {
  private readonly byKey = new Map<string, ObjectMemory>();

  get(key: string): ObjectMemory | undefined {
    return this.byKey.get(key);
  }

  of(key: string, ownerKey: string): ObjectMemory {
    const known = this.byKey.get(key);
    if (known?.ownerKey === ownerKey) return known;
    const created: ObjectMemory = { ownerKey, memory: nothing, seen: undefined, readiness: undefined };
    this.byKey.set(key, created);
    return created;
  }

  remember(key: string, ownerKey: string, news: Partial<Memory>): void {
    const entry = this.of(key, ownerKey);
    entry.memory = { ...entry.memory, ...news };
  }

  forget(key: string): void {
    this.byKey.delete(key);
  }

  keys(): Iterable<string> {
    return this.byKey.keys();
  }

  get size(): number {
    return this.byKey.size;
  }
}

const nothing: Memory = {};
