import type { KubeObject } from '@caretaker/kube';
import type { ClusterEvent } from '../../controllers/contract.ts';
import { keyOf, labelsOf, namespaceOf } from './objects.ts';

/** Objects of one kind by namespace and label, so that finding what a selector selects does not look at every object of the namespace. */
export class LabelIndex {
  readonly #objects = new Map<string, KubeObject>();
  readonly #byLabel = new Map<string, Set<string>>();
  readonly #byNamespace = new Map<string, Set<string>>();

  handle(event: ClusterEvent): void {
    const key = keyOf(event.object);
    const old = this.#objects.get(key);
    if (old) this.#drop(key, old);
    if (event.type !== 'DELETED') this.#put(key, event.object);
  }

  get size(): number {
    return this.#objects.size;
  }

  /** Objects of a namespace for which `matches` holds. `required`: label pairs that every one of them must have; the rarest narrows the search. */
  select(
    namespace: string,
    required: Readonly<Record<string, string>>,
    matches: (labels: Readonly<Record<string, string>>) => boolean,
  ): KubeObject[] {
    let candidates = this.#byNamespace.get(namespace);
    for (const [label, value] of Object.entries(required)) {
      const having = this.#byLabel.get(pair(namespace, label, value));
      if (!having) return [];
      if (!candidates || having.size < candidates.size) candidates = having;
    }
    const found: KubeObject[] = [];
    for (const key of candidates ?? []) {
      const object = this.#objects.get(key);
      if (object && matches(labelsOf(object))) found.push(object);
    }
    return found;
  }

  #put(key: string, object: KubeObject): void {
    this.#objects.set(key, object);
    const namespace = namespaceOf(object);
    add(this.#byNamespace, namespace, key);
    for (const [label, value] of Object.entries(labelsOf(object))) add(this.#byLabel, pair(namespace, label, value), key);
  }

  #drop(key: string, object: KubeObject): void {
    this.#objects.delete(key);
    const namespace = namespaceOf(object);
    take(this.#byNamespace, namespace, key);
    for (const [label, value] of Object.entries(labelsOf(object))) take(this.#byLabel, pair(namespace, label, value), key);
  }
}

function pair(namespace: string, label: string, value: string): string {
  return `${namespace} ${label}=${value}`;
}

function add(map: Map<string, Set<string>>, index: string, key: string): void {
  const set = map.get(index);
  if (set) set.add(key);
  else map.set(index, new Set([key]));
}

function take(map: Map<string, Set<string>>, index: string, key: string): void {
  const set = map.get(index);
  set?.delete(key);
  if (set?.size === 0) map.delete(index);
}
