import { StatusError } from '../server/answers/status-error.ts';
import type { ClusterApi } from './contract.ts';

const BASE_DELAY_MS = 5;
const MAX_DELAY_MS = 60_000;

/** Works on keys one at a time: a key that is added again while it is being worked on runs once more; a failing one comes back after a growing delay. */
export class KeyedWorker {
  readonly #api: ClusterApi;
  readonly #work: (key: string) => Promise<void>;
  readonly #waiting = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Set<{ cancel(): void }>();
  #running = false;
  #stopped = false;

  constructor(api: ClusterApi, work: (key: string) => Promise<void>) {
    this.#api = api;
    this.#work = work;
  }

  add(key: string): void {
    if (this.#stopped) return;
    this.#waiting.add(key);
    if (this.#running) return;
    this.#running = true;
    queueMicrotask(() => void this.#drain());
  }

  addAfter(key: string, ms: number): void {
    if (this.#stopped) return;
    const timer = this.#api.clock.after(ms, () => {
      this.#timers.delete(timer);
      this.add(key);
    });
    this.#timers.add(timer);
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  async #drain(): Promise<void> {
    for (const key of this.#waiting) {
      this.#waiting.delete(key);
      try {
        await this.#work(key);
        this.#failures.delete(key);
      } catch (error) {
        this.#retry(key, error);
      }
      if (this.#stopped) break;
    }
    this.#running = false;
    if (this.#waiting.size > 0 && !this.#stopped) this.add([...this.#waiting][0] ?? '');
  }

  #retry(key: string, error: unknown): void {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const expected = error instanceof StatusError && (error.reason === 'Conflict' || error.reason === 'NotFound');
    if (!expected)
      this.#api.logger.warn('a controller will try again', {
        key,
        failures,
        error: error instanceof Error ? error.message : String(error),
      });
    this.addAfter(key, Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** (failures - 1)));
  }
}
