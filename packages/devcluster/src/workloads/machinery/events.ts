import type { Clock, KubeObject } from '@caretaker/kube';
import type { ClusterApi } from '../../controllers/contract.ts';
import { nameOf, namespaceOf, refOf } from './objects.ts';
import { rfc3339, rfc3339Micro } from './read.ts';
import type { WantedEvent } from './wanted-event.ts';

/** Events that one component may write on one object: a burst, then one each five minutes (the limits of client-go's spam filter). */
const BURST = 25;
const REFILL_MS = 300_000;
/** Equal events within this time are counted on one object. */
const SERIES_MS = 600_000;
const REMEMBERED = 4096;

interface Series {
  name: string;
  namespace: string;
  count: number;
  last: number;
}

/** One count for all components of a cluster (they share its clock): names end in the time in nanoseconds, as the real ones, and sort as they came. */
const serials = new WeakMap<Clock, number>();

function nextSerial(clock: Clock): number {
  const serial = (serials.get(clock) ?? 0) + 1;
  serials.set(clock, serial);
  return serial;
}

/** Writes core/v1 Events in the background, in order, counting repetitions. A lost event is logged and never an error. */
export class ClusterEvents {
  readonly #api: ClusterApi;
  readonly #component: string;
  readonly #host: string | undefined;
  /** Written in the newer form (events.k8s.io): a time of its own, no count. */
  readonly #modern: boolean;
  readonly #series = new Map<string, Series>();
  readonly #tokens = new Map<string, { left: number; at: number }>();
  #tail: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(api: ClusterApi, component: string, host?: string, modern = false) {
    this.#api = api;
    this.#component = component;
    this.#host = host;
    this.#modern = modern;
  }

  record(event: WantedEvent): void {
    if (this.#stopped) return;
    const uid = event.on.metadata.uid ?? nameOf(event.on);
    if (!this.#allowed(uid)) return;
    const now = this.#api.clock.now();
    const key = `${uid} ${event.type} ${event.reason} ${event.fieldPath ?? ''} ${event.message}`;
    const series = this.#series.get(key);
    this.#series.delete(key);
    if (series && now - series.last < SERIES_MS) {
      const next = { ...series, count: series.count + 1, last: now };
      this.#series.set(key, next);
      this.#enqueue(() => this.#repeat(next, event));
      return;
    }
    const suffix = (BigInt(Math.floor(now)) * 1_000_000n + BigInt(nextSerial(this.#api.clock) % 1_000_000)).toString(16);
    const first = { name: `${nameOf(event.on)}.${suffix}`, namespace: namespaceOf(event.on) || 'default', count: 1, last: now };
    this.#series.set(key, first);
    if (this.#series.size > REMEMBERED) this.#forgetOldest(this.#series);
    this.#enqueue(() => this.#api.create(this.#body(event, first, now)));
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Resolves when everything recorded so far is written. */
  flush(): Promise<void> {
    return this.#tail;
  }

  #enqueue(write: () => Promise<unknown>): void {
    this.#tail = this.#tail.then(async () => {
      if (this.#stopped) return;
      try {
        await write();
      } catch (error) {
        this.#api.logger.debug('event not written', { error: error instanceof Error ? error.message : String(error) });
      }
    });
  }

  async #repeat(series: Series, event: WantedEvent): Promise<void> {
    const ref = { apiVersion: 'v1', kind: 'Event', namespace: series.namespace, name: series.name };
    if (!this.#api.peek(ref)) {
      await this.#api.create(this.#body(event, series, series.last));
      return;
    }
    await this.#api.patch(ref, {
      type: 'merge',
      body: this.#modern
        ? { series: { count: series.count, lastObservedTime: rfc3339Micro(series.last) } }
        : { count: series.count, lastTimestamp: rfc3339(series.last), message: event.message },
    });
  }

  #body(event: WantedEvent, series: Series, first: number): KubeObject {
    const { on } = event;
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: series.name, namespace: series.namespace },
      involvedObject: {
        ...refOf(on),
        ...(on.metadata.uid ? { uid: on.metadata.uid } : {}),
        ...(on.metadata.resourceVersion ? { resourceVersion: on.metadata.resourceVersion } : {}),
        ...(event.fieldPath ? { fieldPath: event.fieldPath } : {}),
      },
      reason: event.reason,
      message: event.message.slice(0, 1024),
      type: event.type,
      ...(this.#modern ? this.#modernTimes(event, series, first) : this.#times(series, first)),
    };
  }

  #modernTimes(event: WantedEvent, series: Series, first: number): Record<string, unknown> {
    const repeated = series.count > 1 ? { series: { count: series.count, lastObservedTime: rfc3339Micro(series.last) } } : {};
    return {
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: rfc3339Micro(first),
      ...repeated,
      action: event.action ?? event.reason,
      reportingComponent: this.#component,
      reportingInstance: `${this.#component}-devcluster`,
    };
  }

  #times(series: Series, first: number): Record<string, unknown> {
    return {
      source: { component: this.#component, ...(this.#host ? { host: this.#host } : {}) },
      firstTimestamp: rfc3339(first),
      lastTimestamp: rfc3339(series.last),
      count: series.count,
      eventTime: null,
      reportingComponent: this.#component,
      reportingInstance: this.#host ?? '',
    };
  }

  #allowed(uid: string): boolean {
    const now = this.#api.clock.monotonic();
    const bucket = this.#tokens.get(uid) ?? { left: BURST, at: now };
    const left = Math.min(BURST, bucket.left + (now - bucket.at) / REFILL_MS);
    this.#tokens.delete(uid);
    this.#tokens.set(uid, { left: left >= 1 ? left - 1 : left, at: now });
    if (this.#tokens.size > REMEMBERED) this.#forgetOldest(this.#tokens);
    return left >= 1;
  }

  #forgetOldest(map: Map<string, unknown>): void {
    const oldest = map.keys().next();
    if (!oldest.done) map.delete(oldest.value);
  }
}
