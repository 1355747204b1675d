import type { CompiledDefinition, TypeInfo } from '../schema/contract.ts';
import { apiVersionOf } from '../schema/type-names.ts';

/** Built-in kinds that live in another resource's storage: the same objects under two groups. */
const SHARED_STORAGE: Readonly<Record<string, string>> = { 'events.k8s.io/events': '/events' };

/** The version at which a built-in kind with several versions is stored. */
const STORAGE_VERSION: Readonly<Record<string, string>> = { 'autoscaling/horizontalpodautoscalers': 'autoscaling/v2', '/events': 'v1' };

/** Which kinds the cluster serves now: the built-in ones and those of definitions. */
export class ResourceCatalog {
  readonly #builtin: readonly TypeInfo[];
  readonly #byPath = new Map<string, TypeInfo>();
  readonly #byKind = new Map<string, TypeInfo>();
  readonly #storage = new Map<string, TypeInfo>();
  readonly #custom = new Map<string, CompiledDefinition>();
  readonly #listeners = new Set<(definition: string) => void>();
  readonly #versions = new Map<string, Set<string>>();
  #generation = 1;

  constructor(builtin: readonly TypeInfo[]) {
    this.#builtin = builtin;
    this.#rebuild();
  }

  /** Rises with every change: what caches of discovery and OpenAPI go by. */
  get generation(): number {
    return this.#generation;
  }

  find(group: string, version: string, plural: string): TypeInfo | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`);
  }

  findKind(apiVersion: string, kind: string): TypeInfo | undefined {
    return this.#byKind.get(`${apiVersion}/${kind}`);
  }

  hasGroup(group: string): boolean {
    return this.#versions.has(group);
  }

  /** Every kind of the group comes from definitions: its unknown paths are plain text. */
  isCustomGroup(group: string): boolean {
    return this.#versions.has(group) && !this.#builtin.some((type) => type.group === group);
  }

  hasVersion(group: string, version: string): boolean {
    return this.#versions.get(group)?.has(version) ?? false;
  }

  /** All served types, built-in ones first, in order of discovery. */
  all(): readonly TypeInfo[] {
    return [...this.#builtin, ...[...this.#custom.values()].flatMap((definition) => definition.types)];
  }

  /** Key of the table that holds the objects of a type. */
  tableKey(type: TypeInfo): string {
    const own = `${type.group}/${type.plural}`;
    return SHARED_STORAGE[own] ?? own;
  }

  /** The type at which objects of a table are stored. */
  storageType(tableKey: string): TypeInfo | undefined {
    return this.#storage.get(tableKey);
  }

  /** The compiled definition named `plural.group`. */
  definition(name: string): CompiledDefinition | undefined {
    return this.#custom.get(name);
  }

  /** A definition came, changed, or (undefined) is served no longer. */
  setDefinition(name: string, compiled: CompiledDefinition | undefined): void {
    if (compiled === undefined) {
      if (!this.#custom.delete(name)) return;
    } else this.#custom.set(name, compiled);
    this.#rebuild();
    for (const listener of this.#listeners) listener(name);
  }

  /** Told after each change of the served kinds. */
  onChange(listener: (definition: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #rebuild(): void {
    this.#generation += 1;
    this.#byPath.clear();
    this.#byKind.clear();
    this.#storage.clear();
    this.#versions.clear();
    for (const definition of this.#custom.values()) {
      this.#storage.set(this.tableKey(definition.storage), definition.storage);
    }
    for (const type of this.all()) {
      this.#byPath.set(`${type.group}/${type.version}/${type.plural}`, type);
      const kindKey = `${apiVersionOf(type)}/${type.kind}`;
      if (!this.#byKind.has(kindKey)) this.#byKind.set(kindKey, type);
      const versions = this.#versions.get(type.group) ?? new Set<string>();
      versions.add(type.version);
      this.#versions.set(type.group, versions);
      if (type.builtin && !type.virtual) this.#setBuiltinStorage(type);
    }
  }

  #setBuiltinStorage(type: TypeInfo): void {
    const key = this.tableKey(type);
    const preferred = STORAGE_VERSION[key];
    if (this.#storage.has(key) && preferred !== apiVersionOf(type)) return;
    this.#storage.set(key, type);
  }
}
