import type { KubeObject } from '@caretaker/kube';
import { Cell } from './cell.ts';
import type { StoredEvent } from './event.ts';
import { EventLog } from './event-log.ts';
import { compareText, Partition } from './partition.ts';
import { shareJson } from './shared-json.ts';
import type { YoungCells } from './young-cells.ts';

/** Called inside a commit, in order of revisions. Must not write. */
export type TableListener = (event: StoredEvent) => void;

/** Where an object is, and the object, which is read only when somebody asks for it. */
export interface TableEntry {
  readonly namespace: string;
  readonly name: string;
  readonly cell: Cell;
}

/** All objects of one resource, by namespace and name, with its recent changes and who listens. */
export class ResourceTable {
  /** `group/plural`, the core group being ''. */
  readonly key: string;
  readonly log: EventLog;
  readonly #partitions = new Map<string, Partition>();
  readonly #listeners = new Set<TableListener>();
  /** Of each resource its own, so that what is written often does not push out what is read often. */
  readonly young: YoungCells;
  #count = 0;

  constructor(key: string, young: YoungCells, logCapacity: number, createdAt: number) {
    this.key = key;
    this.young = young;
    this.log = new EventLog(logCapacity, createdAt);
  }

  get count(): number {
    return this.#count;
  }

  countIn(namespace: string): number {
    return this.#partitions.get(namespace)?.size ?? 0;
  }

  get(namespace: string, name: string): KubeObject | undefined {
    const cell = this.cell(namespace, name);
    if (cell === undefined) return undefined;
    this.young.touch(cell);
    return cell.object;
  }

  /** The JSON of a stored object, undefined when it is not the one that is stored now. */
  textOf(object: KubeObject): string | undefined {
    const cell = this.cell(object.metadata.namespace ?? '', object.metadata.name ?? '');
    return cell?.holds(object) === true ? cell.toText() : undefined;
  }

  /** The cell of an object, for the store. */
  cell(namespace: string, name: string): Cell | undefined {
    return this.#partitions.get(namespace)?.get(name);
  }

  /** Namespaces that hold objects, in order. */
  namespaces(): string[] {
    return [...this.#partitions.keys()].sort(compareText);
  }

  /** Objects now, ordered by namespace and name; all namespaces when none is given. */
  *values(namespace?: string): Generator<KubeObject> {
    for (const { cell } of this.entries(namespace)) yield cell.object;
  }

  /** The same without reading the objects. */
  *entries(namespace?: string): Generator<TableEntry> {
    for (const each of namespace === undefined ? this.namespaces() : [namespace]) {
      const partition = this.#partitions.get(each);
      if (partition === undefined) continue;
      for (const [name, cell] of partition.entries()) yield { namespace: each, name, cell };
    }
  }

  /** The objects as they were at a revision, in the same order. The caller has checked that the log reaches back so far. */
  entriesAt(revision: number, namespace?: string): TableEntry[] {
    const changed = new Map<string, { readonly event: StoredEvent; readonly cell: Cell | undefined }>();
    for (const event of this.log.backTo(revision)) {
      if (namespace !== undefined && event.namespace !== namespace) continue;
      changed.set(`${event.namespace}/${event.name}`, { event, cell: event.previousCell });
    }
    const now = [...this.entries(namespace)];
    if (changed.size === 0) return now;
    const out = now.filter((entry) => !changed.has(`${entry.namespace}/${entry.name}`));
    for (const { event, cell } of changed.values())
      if (cell !== undefined) out.push({ namespace: event.namespace, name: event.name, cell });
    return out.sort((left, right) => compareText(left.namespace, right.namespace) || compareText(left.name, right.name));
  }

  /** Called by the store only: puts the outcome of a commit in place and tells the listeners. */
  commit(event: StoredEvent): void {
    let partition = this.#partitions.get(event.namespace);
    if (event.type === 'DELETED') {
      partition?.delete(event.name);
      if (partition?.size === 0) this.#partitions.delete(event.namespace);
      this.#count -= 1;
    } else {
      if (partition === undefined) {
        partition = new Partition();
        this.#partitions.set(event.namespace, partition);
      }
      partition.set(event.name, event.cell);
      if (event.type === 'ADDED') this.#count += 1;
    }
    this.log.push(event);
    for (const listener of this.#listeners) listener(event);
  }

  /** Puts an object in place without an event (restoring a saved cluster). */
  restore(object: KubeObject): void {
    const namespace = object.metadata.namespace ?? '';
    let partition = this.#partitions.get(namespace);
    if (partition === undefined) {
      partition = new Partition();
      this.#partitions.set(namespace, partition);
    }
    // sets that were one before the cluster was saved are one again
    for (const entry of object.metadata.managedFields ?? [])
      if (entry.fieldsV1 !== undefined) entry.fieldsV1 = shareJson(JSON.stringify(entry.fieldsV1));
    const cell = new Cell(object);
    this.young.add(cell, true);
    partition.set(object.metadata.name ?? '', cell);
    this.#count += 1;
  }

  listen(listener: TableListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
