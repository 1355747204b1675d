// Watches what the operator does, from outside, and remembers when. Times are performance.now() milliseconds.
import type { Informer, Informers, KubeObject } from '@caretaker/kube';
import { childrenPerRow, namespace } from './workload.ts';

const kinds = [
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
] as const;

export class Observer {
  readonly #tenants: Informer;
  readonly #children: Informer[];
  readonly #waiting = new Set<{ test: () => boolean; resolve: (at: number) => void }>();

  constructor(informers: Informers) {
    const handler = { added: () => this.#check(), modified: () => this.#check(), deleted: () => this.#check() };
    this.#tenants = informers.acquire({ apiVersion: 'operator.kubernetes-tenants.org/v1', kind: 'Tenant', namespace });
    this.#children = kinds.map((kind) => informers.acquire({ ...kind, namespace, labelSelector: 'kubernetes-tenants.org/tenant' }));
    for (const informer of [this.#tenants, ...this.#children]) informer.subscribe(handler);
  }

  async synced(): Promise<void> {
    await Promise.all([this.#tenants, ...this.#children].map((informer) => informer.waitForSync()));
  }

  ready(): number {
    let count = 0;
    for (const tenant of this.#tenants.list()) if (isReady(tenant)) count += 1;
    return count;
  }

  child(kind: (typeof kinds)[number]['kind'], name: string): KubeObject | undefined {
    return this.#children[kinds.findIndex((entry) => entry.kind === kind)]?.get(namespace, name);
  }

  tenant(name: string): KubeObject | undefined {
    return this.#tenants.get(namespace, name);
  }

  childCount(): number {
    return this.#children.reduce((sum, informer) => sum + informer.size, 0);
  }

  /** Resolves with the moment at which `test` first holds; rejects after `timeoutMs` with `what`. */
  until(test: () => boolean, timeoutMs: number, what: () => string): Promise<number> {
    if (test()) return Promise.resolve(performance.now());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(entry);
        reject(new Error(`not within ${timeoutMs} ms: ${what()}`));
      }, timeoutMs);
      const entry = {
        test,
        resolve: (at: number) => {
          clearTimeout(timer);
          resolve(at);
        },
      };
      this.#waiting.add(entry);
    });
  }

  allReady(rows: number, timeoutMs: number): Promise<number> {
    return this.until(
      () => this.#tenants.size === rows && this.childCount() >= rows * childrenPerRow && this.ready() === rows,
      timeoutMs,
      () => `${this.ready()} of ${rows} tenants ready, ${this.childCount()} children`,
    );
  }

  #check(): void {
    const at = performance.now();
    for (const entry of this.#waiting) {
      if (!entry.test()) continue;
      this.#waiting.delete(entry);
      entry.resolve(at);
    }
  }
}

function isReady(tenant: KubeObject): boolean {
  const status: unknown = tenant['status'];
  const conditions: unknown = typeof status === 'object' && status !== null ? Reflect.get(status, 'conditions') : undefined;
  return Array.isArray(conditions) && conditions.some((c: unknown) => isTrue(c));
}

function isTrue(condition: unknown): boolean {
  if (typeof condition !== 'object' || condition === null) return false;
  return Reflect.get(condition, 'type') === 'Ready' && Reflect.get(condition, 'status') === 'True';
}
