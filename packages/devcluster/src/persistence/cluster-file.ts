import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Clock, KubeObject, Timer } from '@caretaker/kube';
import type { Cell } from '../storage/cell.ts';
import type { Store } from '../storage/store.ts';

/** How long a commit waits for others to be written with it. */
const GROUP_MS = 50;
/** A group is written at once when it holds so many objects. */
const GROUP_SIZE = 1000;
/** Versions that may have been handed out and lost with the last group: never given again after a restart. */
const REVISION_GAP = 100_000;

interface Change {
  readonly table: string;
  readonly namespace: string;
  readonly name: string;
  /** undefined: the object is gone. */
  readonly cell: Cell | undefined;
}

/**
 * A cluster kept in one SQLite file. Commits are written in groups, each one transaction with the revision that it reaches: a process that is killed loses at
 * most the last group, and what is left is a state that the cluster was in.
 */
export class ClusterFile {
  readonly #database: DatabaseSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #setMeta: StatementSync;
  readonly #pending = new Map<string, Change>();
  #detach: () => void = () => {};
  #store: Store | undefined;
  #timer: Timer | undefined;

  /** The file is made when it is missing, readable by its owner alone: it holds keys. */
  constructor(file: string) {
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
    this.#database = new DatabaseSync(file);
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS objects (resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (resource, namespace, name)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    `);
    this.#put = this.#database.prepare('INSERT OR REPLACE INTO objects (resource, namespace, name, body) VALUES (?, ?, ?, ?)');
    this.#remove = this.#database.prepare('DELETE FROM objects WHERE resource = ? AND namespace = ? AND name = ?');
    this.#setMeta = this.#database.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');
  }

  /** A text kept beside the objects (keys, tokens); made and kept when it is not there. */
  remember(key: string, make: () => string): string {
    const row = this.#database.prepare('SELECT value FROM meta WHERE key = ?').get(key);
    if (row !== undefined) return String(row['value']);
    const value = make();
    this.#setMeta.run(key, value);
    return value;
  }

  /** Puts what the file holds into an empty store. False when the file is new. */
  restore(store: Store): boolean {
    const saved = this.#database.prepare("SELECT value FROM meta WHERE key = 'revision'").get();
    if (saved === undefined) return false;
    const rows = this.#database.prepare('SELECT resource, body FROM objects').iterate();
    store.restore(Number(saved['value']) + REVISION_GAP, readRows(rows));
    return true;
  }

  /** Follows the store from now on. */
  follow(store: Store, clock: Clock): void {
    this.#store = store;
    for (const table of store.tables()) {
      for (const object of table.values()) {
        const { namespace = '', name = '' } = object.metadata;
        this.#add({ table: table.key, namespace, name, cell: table.cell(namespace, name) });
      }
    }
    this.flush();
    this.#detach = store.onCommit((table, event) => {
      const { namespace, name } = event;
      this.#add({ table: table.key, namespace, name, cell: event.type === 'DELETED' ? undefined : event.cell });
      if (this.#pending.size >= GROUP_SIZE) this.flush();
      else this.#timer ??= clock.after(GROUP_MS, () => this.flush());
    });
  }

  /** Writes what is waiting, as one transaction. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#pending.size === 0 || this.#store === undefined) return;
    this.#database.exec('BEGIN');
    for (const { table, namespace, name, cell } of this.#pending.values()) {
      if (cell === undefined) this.#remove.run(table, namespace, name);
      else this.#put.run(table, namespace, name, cell.toText());
    }
    this.#setMeta.run('revision', String(this.#store.revision));
    this.#database.exec('COMMIT');
    this.#pending.clear();
  }

  /** May be called twice. */
  close(): void {
    if (!this.#database.isOpen) return;
    this.#detach();
    this.flush();
    this.#database.close();
  }

  /** Of several changes of an object in a group only the last is written. */
  #add(change: Change): void {
    this.#pending.set(`${change.table}\u0000${change.namespace}\u0000${change.name}`, change);
  }
}

function* readRows(rows: Iterable<unknown>): Generator<{ table: string; object: KubeObject }> {
  for (const row of rows) {
    if (row === null || typeof row !== 'object' || !('resource' in row) || !('body' in row)) continue;
    yield { table: String(row.resource), object: JSON.parse(String(row.body)) as KubeObject };
  }
}
