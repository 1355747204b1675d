import type { KubeObject } from '../types/object.ts';

export type IndexFunction = (object: KubeObject) => readonly string[];

/** What `get` finds an object by. Kubernetes names hold no slash. */
export function storeKey(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

export function keyOfObject(object: KubeObject): string {
  return storeKey(object.metadata.namespace, object.metadata.name ?? '');
}

interface Index {
  keysOf: IndexFunction;
  /** Index key -> store keys. */
  entries: Map<string, Set<string>>;
}

/** Objects of one kind by key, with secondary indexes that are always in step. */
export class ObjectStore {
  readonly #objects = new Map<string, KubeObject>();
  readonly #indexes = new Map<string, Index>();

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): KubeObject | undefined {
    return this.#objects.get(key);
  }

  keys(): Iterable<string> {
    return this.#objects.keys();
  }

  values(): Iterable<KubeObject> {
    return this.#objects.values();
  }

  /** An index of that name which is there already stays as it is. */
  addIndex(name: string, keysOf: IndexFunction): void {
    if (this.#indexes.has(name)) return;
    const index = { keysOf, entries: new Map<string, Set<string>>() };
    this.#indexes.set(name, index);
    for (const [key, object] of this.#objects) enter(index, key, object);
  }

  byIndex(name: string, indexKey: string): readonly KubeObject[] {
    const keys = this.#indexes.get(name)?.entries.get(indexKey);
    if (keys === undefined) return [];
    const found: KubeObject[] = [];
    for (const key of keys) {
      const object = this.#objects.get(key);
      if (object !== undefined) found.push(object);
    }
    return found;
  }

  /** Returns what was there before. */
  set(key: string, object: KubeObject): KubeObject | undefined {
    const old = this.#objects.get(key);
    this.#objects.set(key, object);
    for (const index of this.#indexes.values()) {
      if (old !== undefined) leave(index, key, old);
      enter(index, key, object);
    }
    return old;
  }

  delete(key: string): KubeObject | undefined {
    const old = this.#objects.get(key);
    if (old === undefined) return undefined;
    this.#objects.delete(key);
    for (const index of this.#indexes.values()) leave(index, key, old);
    return old;
  }
}

function enter(index: Index, key: string, object: KubeObject): void {
  for (const indexKey of index.keysOf(object)) {
    const keys = index.entries.get(indexKey);
    if (keys === undefined) index.entries.set(indexKey, new Set([key]));
    else keys.add(key);
  }
}

function leave(index: Index, key: string, object: KubeObject): void {
  for (const indexKey of index.keysOf(object)) {
    const keys = index.entries.get(indexKey);
    keys?.delete(key);
    if (keys?.size === 0) index.entries.delete(indexKey);
  }
}
