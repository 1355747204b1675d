import type { GroupVersionKind, KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import { type ApiCore, readAs, tableOf } from '../server/core.ts';
import type { StoredEvent } from '../storage/event.ts';
import type { ClusterEvent } from './contract.ts';

type Handler = (event: ClusterEvent) => void;

/** Hands changes to controllers in order, on a microtask after the commit, so that no handler runs inside of a write. */
export class EventDelivery {
  readonly #core: ApiCore;
  readonly #queue: (() => void)[] = [];
  #scheduled = false;

  constructor(core: ApiCore) {
    this.#core = core;
  }

  watch(kind: GroupVersionKind, handler: Handler): () => void {
    let stopTable: (() => void) | undefined;
    let stopped = false;
    const deliver: Handler = (event) => this.#post(() => stopped || handler(event));
    const begin = (): void => {
      const type = this.#core.catalog.findKind(kind.apiVersion, kind.kind);
      if (type === undefined) {
        stopTable?.();
        stopTable = undefined;
      } else if (stopTable === undefined) stopTable = this.#begin(type, kind, deliver);
    };
    begin();
    const stopCatalog = this.#core.catalog.onChange(begin);
    return () => {
      stopped = true;
      stopTable?.();
      stopCatalog();
    };
  }

  #begin(type: TypeInfo, kind: GroupVersionKind, deliver: Handler): () => void {
    const table = tableOf(this.#core, type);
    for (const stored of table.values()) deliver({ type: 'ADDED', object: readAs(this.#core, type, stored) });
    return table.listen((event) => deliver(this.#toEvent(kind, type, event)));
  }

  /** The type may have been compiled anew since the watch began. */
  #toEvent(kind: GroupVersionKind, began: TypeInfo, event: StoredEvent): ClusterEvent {
    const type = this.#core.catalog.findKind(kind.apiVersion, kind.kind) ?? began;
    const object: KubeObject = readAs(this.#core, type, event.object);
    return { type: event.type, object, ...(event.previous === undefined ? {} : { previous: readAs(this.#core, type, event.previous) }) };
  }

  #post(run: () => void): void {
    this.#queue.push(run);
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#drain());
  }

  #drain(): void {
    this.#scheduled = false;
    for (const run of this.#queue.splice(0)) {
      try {
        run();
      } catch (error) {
        this.#core.logger.error('a controller failed on an event', {
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      }
    }
  }
}
