import type { Clock } from '../types/clock.ts';
import type { ApiResource, Discovery } from '../types/discovery.ts';
import type { GroupVersionKind } from '../types/object.ts';
import type { Transport } from '../types/transport.ts';
import { type DiscoveryHalf, fetchHalf } from './fetch.ts';

export interface DiscoveryOptions {
  transport: Transport;
  clock: Clock;
  userAgent?: string;
}

/** A kind that is unknown leads to a fresh look at most this often, milliseconds: a template that names a missing kind must not flood the server. */
const freshLookMs = 5_000;

export function createDiscovery(options: DiscoveryOptions): Discovery {
  return new CachedDiscovery(options);
}

class CachedDiscovery implements Discovery {
  readonly #context: { transport: Transport; clock: Clock; userAgent: string };
  readonly #listeners = new Set<() => void>();
  #halves: { api: DiscoveryHalf; apis: DiscoveryHalf } | undefined;
  #byKind: ReadonlyMap<string, ApiResource> = new Map();
  #all: readonly ApiResource[] = [];
  #fingerprint = '';
  #stale = true;
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(options: DiscoveryOptions) {
    this.#context = { transport: options.transport, clock: options.clock, userAgent: options.userAgent ?? 'caretaker' };
  }

  peek(kind: GroupVersionKind): ApiResource | undefined {
    return this.#byKind.get(keyOf(kind));
  }

  async find(kind: GroupVersionKind): Promise<ApiResource | undefined> {
    if (this.#stale) await this.#read();
    const known = this.peek(kind);
    if (known !== undefined) return known;
    if (this.#context.clock.monotonic() - this.#readAt >= freshLookMs) await this.#read();
    return this.peek(kind);
  }

  async list(): Promise<readonly ApiResource[]> {
    if (this.#stale) await this.#read();
    return this.#all;
  }

  invalidate(): void {
    this.#stale = true;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** One read serves all who wait. A failed one leaves the cache as it was. */
  #read(): Promise<void> {
    this.#reading ??= this.#load().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #load(): Promise<void> {
    this.#stale = false;
    try {
      const [api, apis] = await Promise.all([
        fetchHalf(this.#context, '/api', this.#halves?.api),
        fetchHalf(this.#context, '/apis', this.#halves?.apis),
      ]);
      this.#readAt = this.#context.clock.monotonic();
      if (api === this.#halves?.api && apis === this.#halves.apis) return;
      this.#halves = { api, apis };
      this.#accept([...api.resources, ...apis.resources]);
    } catch (thrown) {
      this.#stale = true;
      throw thrown;
    }
  }

  #accept(resources: readonly ApiResource[]): void {
    const byKind = new Map<string, ApiResource>();
    // The first resource of a kind is the one that stores it; later ones are views (e.g. of another group's kind).
    for (const resource of resources) if (!byKind.has(keyOf(resource))) byKind.set(keyOf(resource), resource);
    this.#all = resources;
    this.#byKind = byKind;
    const fingerprint = [...byKind]
      .map(([key, resource]) => `${key} ${resource.plural} ${resource.namespaced} ${resource.verbs.join()}`)
      .sort()
      .join('\n');
    const changed = fingerprint !== this.#fingerprint;
    this.#fingerprint = fingerprint;
    if (changed) for (const listener of [...this.#listeners]) listener();
  }
}

function keyOf(kind: GroupVersionKind): string {
  return `${kind.apiVersion} ${kind.kind}`;
}
