import type { Priority, WorkQueue } from '../types/controller.ts';
import type { Informer } from '../types/informer.ts';
import type { KubeObject } from '../types/object.ts';

/** A change as a predicate sees it; `old` is absent for additions, `object` is the last state of a deleted one. */
export interface Change {
  type: 'added' | 'modified' | 'deleted';
  object: KubeObject;
  old?: KubeObject;
  /** Part of the first list: not news. */
  initial: boolean;
}

export interface SourceOptions {
  /** The keys that a change concerns. [the object's own `namespace/name`] */
  keys?: (change: Change) => Iterable<string>;
  /** Which changes count. [all] */
  predicate?: (change: Change) => boolean;
  /** [`resync` for what was there at the start, else `change`] */
  priority?: (change: Change) => Priority;
}

/** `namespace/name`, or `name` for cluster-scoped objects. */
export function keyOf(object: { metadata: { namespace?: string; name?: string } }): string {
  const { namespace, name = '' } = object.metadata;
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

/** Feeds a queue from an informer: source -> predicate -> keys. Returns the function that ends it. */
export function connect(informer: Informer, queue: WorkQueue, options: SourceOptions = {}): () => void {
  const keys = options.keys ?? ((change) => [keyOf(change.object)]);
  const priority = options.priority ?? ((change) => (change.initial ? 'resync' : 'change'));
  const pass = (change: Change): void => {
    if (options.predicate?.(change) === false) return;
    for (const key of keys(change)) queue.add(key, priority(change));
  };
  return informer.subscribe({
    added: (object, initial) => pass({ type: 'added', object, initial }),
    modified: (object, old) => pass({ type: 'modified', object, old, initial: false }),
    deleted: (object) => pass({ type: 'deleted', object, initial: false }),
  });
}

/** Predicate: the spec changed (metadata.generation), or the object came or went. Status writes do not count. */
export function generationChanged(change: Change): boolean {
  return change.old === undefined || change.old.metadata.generation !== change.object.metadata.generation;
}
