import type { GroupVersionKind, Timer } from '@caretaker/kube';
import type { ClusterApi, ClusterController, ClusterEvent } from '../../controllers/contract.ts';
import { hasReason, messageOf } from './action.ts';
import { ClusterEvents } from './events.ts';

/** Keys worked on before other work of the process gets its turn. */
const BATCH = 16;
const RETRY_FIRST_MS = 5;
const RETRY_MOST_MS = 60_000;
/** Failures in a row before it is told. */
const TOLD_AFTER = 5;

/** One kind that a controller follows: which of its keys does a change concern? */
export interface WatchSpec {
  kind: GroupVersionKind;
  keys(event: ClusterEvent): Iterable<string | undefined>;
}

export interface KeyedSpec {
  name: string;
  /** `source.component` of its events, e.g. `deployment-controller`. */
  component: string;
  /** Its events are of events.k8s.io, as those of the scheduler. */
  modernEvents?: boolean;
  watches: readonly WatchSpec[];
  /** One pass over one key. Resolves to the milliseconds until it wants to look again, or undefined. */
  reconcile(key: string, context: PassContext): Promise<number | undefined>;
  /** Called once before the first event. */
  begin?(context: PassContext): void;
}

export interface PassContext {
  api: ClusterApi;
  events: ClusterEvents;
  /** Asks for a pass over a key. */
  enqueue(key: string): void;
}

/**
 * The loop that all workload controllers share. Invariants: a key is worked on by one pass at a time; a change during a pass causes another pass after
 * it; a failed pass is repeated with growing delay; without changes and due times nothing runs.
 */
export class KeyedController implements ClusterController {
  readonly name: string;
  readonly #spec: KeyedSpec;
  readonly #ready = new Set<string>();
  readonly #delayed = new Map<string, Timer>();
  readonly #attempts = new Map<string, number>();
  #unwatch: (() => void)[] = [];
  #pump: Timer | undefined;
  #working: Promise<void> | undefined;
  #context: PassContext | undefined;
  #stopped = false;

  constructor(spec: KeyedSpec) {
    this.name = spec.name;
    this.#spec = spec;
  }

  start(api: ClusterApi): void {
    const events = new ClusterEvents(api, this.#spec.component, undefined, this.#spec.modernEvents);
    const context: PassContext = { api, events, enqueue: (key) => this.#add(key) };
    this.#context = context;
    this.#spec.begin?.(context);
    this.#unwatch = this.#spec.watches.map((watch) =>
      api.watch(watch.kind, (event) => {
        for (const key of watch.keys(event)) if (key !== undefined) this.#add(key);
      }),
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const unwatch of this.#unwatch) unwatch();
    this.#pump?.cancel();
    for (const timer of this.#delayed.values()) timer.cancel();
    this.#context?.events.stop();
    await this.#working;
  }

  #add(key: string): void {
    this.#delayed.get(key)?.cancel();
    this.#delayed.delete(key);
    this.#ready.add(key);
    this.#schedule();
  }

  #addAfter(key: string, ms: number): void {
    const context = this.#context;
    if (!context || this.#stopped || this.#ready.has(key)) return;
    this.#delayed.get(key)?.cancel();
    this.#delayed.set(
      key,
      context.api.clock.after(ms, () => this.#add(key)),
    );
  }

  #schedule(): void {
    const context = this.#context;
    if (!context || this.#stopped || this.#pump || this.#working || this.#ready.size === 0) return;
    this.#pump = context.api.clock.after(0, () => {
      this.#pump = undefined;
      this.#working = this.#batch(context).finally(() => {
        this.#working = undefined;
        this.#schedule();
      });
    });
  }

  async #batch(context: PassContext): Promise<void> {
    let left = BATCH;
    for (const key of this.#ready) {
      if (this.#stopped || left === 0) return;
      left -= 1;
      this.#ready.delete(key);
      await this.#pass(key, context);
    }
  }

  async #pass(key: string, context: PassContext): Promise<void> {
    try {
      const again = await this.#spec.reconcile(key, context);
      this.#attempts.delete(key);
      if (again !== undefined) this.#addAfter(key, Math.max(again, 1));
    } catch (error) {
      if (this.#stopped) return;
      const attempt = this.#attempts.get(key) ?? 0;
      this.#attempts.set(key, attempt + 1);
      const values = { controller: this.name, key, attempt, error: messageOf(error) };
      // Races are ordinary: the next pass sees the newer state. What fails again and again is worth a line.
      const race = hasReason(error, 'Conflict') || hasReason(error, 'AlreadyExists') || hasReason(error, 'NotFound');
      if (race || attempt !== TOLD_AFTER) context.api.logger.debug('pass repeated', values);
      else context.api.logger.warn('pass fails again and again', values);
      this.#addAfter(key, Math.min(RETRY_FIRST_MS * 2 ** attempt, RETRY_MOST_MS));
    }
  }
}
