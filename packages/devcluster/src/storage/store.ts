import type { Clock, KubeObject } from '@caretaker/kube';
import { Cell } from './cell.ts';
import { StoredEvent, type StoredEventType } from './event.ts';
import { type DependentRef, OwnerIndex } from './owner-index.ts';
import { ResourceTable } from './resource-table.ts';
import { YoungCells } from './young-cells.ts';

export interface StoreOptions {
  clock: Clock;
  /** Changes kept per resource at most. */
  logCapacity?: number;
  /** Milliseconds that changes are kept; a watch from before is told 410. */
  keepMs?: number;
  /** Versions of each resource kept as objects; older ones are kept as text. */
  youngCells?: number;
}

/** Hears every commit of every resource after its listeners; must not write. */
export type CommitListener = (table: ResourceTable, event: StoredEvent) => void;

/**
 * The one storage: objects by resource, namespace and name under a single revision counter. Everything is synchronous, so a commit is atomic; callers
 * that awaited between reading and writing compare the version that they read with the one that is there.
 * Stored objects are frozen by convention: a change is a new object.
 */
export class Store {
  readonly #clock: Clock;
  readonly #logCapacity: number;
  readonly #keepMs: number;
  readonly #youngCells: number;
  readonly #tables = new Map<string, ResourceTable>();
  readonly #owners = new OwnerIndex();
  readonly #listeners = new Set<CommitListener>();
  #revision = 1;
  #compacted = 0;
  #nextCompaction: number;

  constructor(options: StoreOptions) {
    this.#clock = options.clock;
    this.#logCapacity = options.logCapacity ?? 20_000;
    this.#keepMs = options.keepMs ?? 5 * 60_000;
    this.#youngCells = options.youngCells ?? 1_000;
    this.#nextCompaction = this.#clock.monotonic() + this.#keepMs / 10;
  }

  /** Revision of the last commit. */
  get revision(): number {
    return this.#revision;
  }

  /** Everything up to and with this revision is gone for watches and exact lists. */
  get compacted(): number {
    return this.#compacted;
  }

  table(key: string): ResourceTable {
    let table = this.#tables.get(key);
    if (table === undefined) {
      table = new ResourceTable(key, new YoungCells(this.#youngCells), this.#logCapacity, this.#compacted);
      this.#tables.set(key, table);
    }
    return table;
  }

  tables(): readonly ResourceTable[] {
    return [...this.#tables.values()];
  }

  /** True when the changes after `revision` are still known. */
  reaches(table: ResourceTable, revision: number): boolean {
    return revision >= this.#compacted && revision >= table.log.droppedTo;
  }

  /** Stores a new object; it must not be there. Sets metadata.resourceVersion on it. */
  create(table: ResourceTable, object: KubeObject): KubeObject {
    return this.#commit(table, 'ADDED', object, undefined);
  }

  /** Replaces `previous` (the stored reference). Sets metadata.resourceVersion on the new object. */
  replace(table: ResourceTable, previous: KubeObject, object: KubeObject): KubeObject {
    return this.#commit(table, 'MODIFIED', object, previous);
  }

  /** Removes `previous`; the event carries `last` (by default `previous`) at the deletion's version. */
  remove(table: ResourceTable, previous: KubeObject, last: KubeObject = previous): KubeObject {
    return this.#commit(table, 'DELETED', { ...last, metadata: { ...last.metadata } }, previous);
  }

  dependents(uid: string): readonly DependentRef[] {
    return this.#owners.dependents(uid);
  }

  onCommit(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets the changes up to a revision (all, when none is given), as a compaction of etcd does. */
  compact(revision: number = this.#revision): void {
    if (revision <= this.#compacted) return;
    this.#compacted = revision;
    for (const table of this.#tables.values()) table.log.compact(revision);
  }

  /** Puts saved objects back in place of an empty store. */
  restore(revision: number, objects: Iterable<{ table: string; object: KubeObject }>): void {
    this.#revision = Math.max(this.#revision, revision);
    for (const { table, object } of objects) {
      const into = this.table(table);
      into.restore(object);
      this.#owners.update(table, object.metadata.namespace ?? '', object.metadata.name ?? '', undefined, object);
    }
    this.compact(this.#revision);
  }

  /** Moves the revision on without a write, so that versions handed out before a crash are never given again. */
  skipTo(revision: number): void {
    if (revision > this.#revision) this.#revision = revision;
  }

  #commit(table: ResourceTable, type: StoredEventType, object: KubeObject, previous: KubeObject | undefined): KubeObject {
    this.#revision += 1;
    object.metadata.resourceVersion = String(this.#revision);
    const namespace = object.metadata.namespace ?? '';
    const name = object.metadata.name ?? '';
    const cell = new Cell(object);
    table.young.add(cell, type === 'ADDED');
    const event = new StoredEvent(
      this.#revision,
      type,
      this.#clock.now(),
      cell,
      previous === undefined ? undefined : table.cell(namespace, name),
    );
    this.#owners.update(table.key, namespace, name, previous, type === 'DELETED' ? undefined : object);
    table.commit(event);
    for (const listener of this.#listeners) listener(table, event);
    this.#compactByAge();
    return object;
  }

  #compactByAge(): void {
    if (this.#clock.monotonic() < this.#nextCompaction) return;
    this.#nextCompaction = this.#clock.monotonic() + this.#keepMs / 10;
    const before = this.#clock.now() - this.#keepMs;
    let revision = 0;
    for (const table of this.#tables.values()) revision = Math.max(revision, table.log.newestOlderThan(before));
    if (revision > 0) this.compact(revision);
  }
}
