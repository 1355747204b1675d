import type { ClusterEvent } from '../../controllers/contract.ts';
import { keyOf, namespaceOf } from '../machinery/objects.ts';
import { strings } from '../machinery/read.ts';

/** Services by one pair of their selector, so that a pod finds the Services that select it without trying all of its namespace. */
export class ServiceIndex {
  readonly #selectors = new Map<string, { pair: string; selector: Readonly<Record<string, string>> }>();
  readonly #byPair = new Map<string, Set<string>>();

  has(key: string): boolean {
    return this.#selectors.has(key);
  }

  handle({ type, object }: ClusterEvent): void {
    const key = keyOf(object);
    const old = this.#selectors.get(key);
    if (old) {
      this.#byPair.get(old.pair)?.delete(key);
      this.#selectors.delete(key);
    }
    const selector = strings(object, 'spec', 'selector');
    const [first] = Object.entries(selector);
    if (type === 'DELETED' || !first) return;
    const pair = `${namespaceOf(object)} ${first[0]}=${first[1]}`;
    this.#selectors.set(key, { pair, selector });
    const keys = this.#byPair.get(pair);
    if (keys) keys.add(key);
    else this.#byPair.set(pair, new Set([key]));
  }

  /** Keys of the Services that select these labels. */
  selecting(namespace: string, labels: Readonly<Record<string, string>>): string[] {
    const found: string[] = [];
    for (const [label, value] of Object.entries(labels)) {
      for (const key of this.#byPair.get(`${namespace} ${label}=${value}`) ?? []) {
        const selector = this.#selectors.get(key)?.selector ?? {};
        if (Object.entries(selector).every(([name, wanted]) => labels[name] === wanted)) found.push(key);
      }
    }
    return found;
  }
}
