import type { KubeObject } from '@caretaker/kube';
import { Cell } from './cell.ts';
import type { StoredEvent } from './event.ts';
import { EventLog } from './event-log.ts';
import { compareText, Partition } from './partition.ts';
import type { YoungCells } from './young-cells.ts';

/** Called inside a commit, in order of revisions. Must not write. */
export type TableListener = (event: StoredEvent) => void;

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
    if (namespace !== undefined) {
      const partition = this.#partitions.get(namespace);
      if (partition !== undefined) yield* partition.values();
      return;
    }
    for (const each of this.namespaces()) yield* this.values(each);
  }

  /** The objects as they were at a revision, in the same order. The caller has checked that the log reaches back so far. */
  valuesAt(revision: number, namespace?: string): KubeObject[] {
    const changed = new Map<string, { namespace: string; name: string; object: KubeObject | undefined }>();
    for (const event of this.log.backTo(revision)) {
      if (namespace !== undefined && event.namespace !== namespace) continue;
      changed.set(`${event.namespace}/${event.name}`, { namespace: event.namespace, name: event.name, object: event.previous });
    }
    if (changed.size === 0) return [...this.values(namespace)];
    const out: { key: [string, string]; object: KubeObject }[] = [];
    for (const object of this.values(namespace)) {
      const key: [string, string] = [object.metadata.namespace ?? '', object.metadata.name ?? ''];
      if (!changed.has(`${key[0]}/${key[1]}`)) out.push({ key, object });
    }
    for (const entry of changed.values())
      if (entry.object !== undefined) out.push({ key: [entry.namespace, entry.name], object: entry.object });
    out.sort((left, right) => compareText(left.key[0], right.key[0]) || compareText(left.key[1], right.key[1]));
    return out.map((entry) => entry.object);
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
    const cell = new Cell(object);
    this.young.add(cell);
    partition.set(object.metadata.name ?? '', cell);
    this.#count += 1;
  }

  listen(listener: TableListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
