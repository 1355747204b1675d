import type { Discovery, Informers } from '@caretaker/kube';
import { KindWatch } from './kind-watch.ts';

/** Which namespaces exist. Names only; where they cannot be read every name counts as existing, and the API server has the last word. */
export class Namespaces {
  readonly #watch: KindWatch;
  readonly #changed: () => void;
  #names = '';
  #readable = true;

  constructor(options: { informers: Informers; discovery: Discovery; changed: () => void }) {
    this.#changed = options.changed;
    this.#watch = new KindWatch({
      informers: options.informers,
      discovery: options.discovery,
      spec: { apiVersion: 'v1', kind: 'Namespace', metadataOnly: true },
      changed: () => this.#look(),
      failing: (error) => {
        this.#readable = error === undefined;
      },
    });
  }

  exists(name: string): boolean {
    return !this.#watch.active || !this.#readable || this.#watch.get(undefined, name) !== undefined;
  }

  refresh(): void {
    this.#watch.refresh();
  }

  async whenReady(signal?: AbortSignal): Promise<void> {
    await this.#watch.whenReady(signal);
    this.#names = this.#print();
  }

  close(): void {
    this.#watch.close();
  }

  #look(): void {
    const names = this.#print();
    if (names === this.#names) return;
    this.#names = names;
    this.#changed();
  }

  #print(): string {
    return this.#watch.items
      .map((namespace) => namespace.metadata.name)
      .sort()
      .join();
  }
}
