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
  /** A write of ours is on its way: its event may come before its answer, and must not be taken for somebody else's. */
  writing: boolean;
  /** The newest event that came meanwhile. */
  held: { digest: Digest | undefined } | undefined;
}

export class ObjectMemories {
  private readonly byKey = new Map<string, ObjectMemory>();
  /** Objects that an owner only looked at; claims know the others. */
  private readonly lookedAt = new Map<string, Set<string>>();

  get(key: string): ObjectMemory | undefined {
    return this.byKey.get(key);
  }

  of(key: string, ownerKey: string): ObjectMemory {
    const known = this.byKey.get(key);
    if (known?.ownerKey === ownerKey) return known;
    const created: ObjectMemory = { ownerKey, memory: nothing, seen: undefined, readiness: undefined, writing: false, held: undefined };
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

  /** Keeps an eye on an object that no bundle claims. */
  lookAt(key: string, ownerKey: string): ObjectMemory {
    const keys = this.lookedAt.get(ownerKey) ?? new Set();
    this.lookedAt.set(ownerKey, keys.add(key));
    return this.of(key, ownerKey);
  }

  forgetLookedAt(ownerKey: string): void {
    for (const key of this.lookedAt.get(ownerKey) ?? []) if (this.byKey.get(key)?.ownerKey === ownerKey) this.byKey.delete(key);
    this.lookedAt.delete(ownerKey);
  }

  keys(): Iterable<string> {
    return this.byKey.keys();
  }

  get size(): number {
    return this.byKey.size;
  }
}

const nothing: Memory = {};
