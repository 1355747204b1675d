import { sleep } from '../clock/wait.ts';
import { isNotFound } from '../errors/api-error.ts';
import { asError, KubeError } from '../errors/kube-error.ts';
import { errorValues } from '../logs/error-values.ts';
import { FaultLog } from '../logs/fault-log.ts';
import { silentLogger } from '../logs/logger.ts';
import type { KubeClient } from '../types/client.ts';
import type { Clock, Timer } from '../types/clock.ts';
import type { EventRecord, EventRecorder } from '../types/events.ts';
import type { Logger } from '../types/logger.ts';
import { aggregationKey, type CountedEvent, eventName, eventNamespace, eventObject, seconds } from './event-object.ts';
import { SpamFilter, type SpamRule } from './spam-filter.ts';

export interface EventRecorderOptions {
  client: KubeClient;
  clock: Clock;
  /** Who reports: `source.component`. */
  component: string;
  /** Which process reports: `reportingInstance`. [component] */
  instance?: string;
  logger?: Logger;
  /** How many events about one object are let through. [client-go's: 25 at once, then one in five minutes] */
  spam?: SpamRule;
}

/** An event that is stored, or waits to be. */
interface Known extends CountedEvent {
  name: string;
  stored: boolean;
  dirty: boolean;
}

/** Events collected for this long go out together, so that repetitions within it cost one request. */
const collectMs = 500;
/** Stored events that are remembered for counting on. */
const capacity = 4096;
/** Events that wait to be sent; beyond, new ones are dropped. */
const waitingLimit = 1000;
const tries = 3;

/** Records events in the background: equal ones are counted in one object, a flood about one object is cut, and no failure reaches the caller. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  return new CountingRecorder(options);
}

class CountingRecorder implements EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #known = new Map<string, Known>();
  readonly #dirty = new Set<Known>();
  readonly #spam: SpamFilter;
  readonly #faults: FaultLog;
  #serial = 0n;
  #timer: Timer | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#spam = new SpamFilter(options.clock, options.spam);
    this.#faults = new FaultLog(options.logger ?? silentLogger, options.clock);
  }

  record(event: EventRecord): void {
    const { kind, namespace = '', name } = event.regarding;
    if (this.#dirty.size >= waitingLimit || !this.#spam.allows(`${kind} ${namespace}/${name}`)) return;
    const known = this.#remember(event);
    if (!known.dirty) {
      known.dirty = true;
      this.#dirty.add(known);
    }
    this.#timer ??= this.#options.clock.after(collectMs, () => void this.flush());
  }

  flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#sending = this.#sending.then(() => this.#sendAll());
    return this.#sending;
  }

  #remember(event: EventRecord): Known {
    const key = aggregationKey(event);
    const now = this.#options.clock.now();
    const known = this.#known.get(key) ?? { record: event, count: 0, first: now, last: now, name: '', stored: false, dirty: false };
    this.#known.delete(key);
    this.#known.set(key, known);
    known.count++;
    known.last = now;
    if (this.#known.size > capacity) for (const oldest of this.#known.keys()) if (this.#known.delete(oldest)) break;
    return known;
  }

  async #sendAll(): Promise<void> {
    for (const known of [...this.#dirty]) {
      this.#dirty.delete(known);
      known.dirty = false;
      await this.#sendWithRetries(known);
    }
  }

  async #sendWithRetries(known: Known): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#send(known);
        this.#faults.clear('events');
        return;
      } catch (thrown) {
        const retryable = thrown instanceof KubeError && thrown.retryable;
        if (retryable && attempt < tries) {
          await sleep(this.#options.clock, 1_000 * attempt);
          continue;
        }
        // Stored or not is not known after a lost answer: the next occurrence makes a new event.
        known.stored = false;
        this.#faults.report('events', 'Event not recorded', asError(thrown).message, {
          reason: known.record.reason,
          ...errorValues(thrown),
        });
        return;
      }
    }
  }

  /** Creates the event, or counts on in the one that is stored unless it has expired there. */
  async #send(known: Known): Promise<void> {
    const { client, clock, component, instance } = this.#options;
    if (known.stored) {
      const ref = { apiVersion: 'v1', kind: 'Event', namespace: eventNamespace(known.record), name: known.name };
      const body = { count: known.count, lastTimestamp: seconds(known.last) };
      try {
        await client.patch(ref, { type: 'merge', body }, { priority: 'background' });
        return;
      } catch (thrown) {
        if (!isNotFound(thrown)) throw thrown;
        known.stored = false;
        known.count = 1;
        known.first = known.last;
      }
    }
    known.name = eventName(known.record, BigInt(Math.floor(clock.now())) * 1_000_000n + this.#serial++);
    await client.create(eventObject(known, known.name, component, instance ?? component), { priority: 'background' });
    known.stored = true;
  }
}
