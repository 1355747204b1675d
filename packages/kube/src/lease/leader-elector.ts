import { deadline } from '../clock/deadline.ts';
import { sleep } from '../clock/wait.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../errors/api-error.ts';
import { asError, KubeError } from '../errors/kube-error.ts';
import { TransportError } from '../errors/transport-error.ts';
import { errorValues } from '../logs/error-values.ts';
import { FaultLog } from '../logs/fault-log.ts';
import type { KubeClient } from '../types/client.ts';
import type { Clock, Random } from '../types/clock.ts';
import type { Logger } from '../types/logger.ts';
import type { MetricsRegistry } from '../types/metrics.ts';
import type { KubeObject } from '../types/object.ts';
import { electionStep, type Observation, observe } from './election.ts';
import { Fence } from './fence.ts';
import { heldRecord, type LeaseRecord, leaseObject, readLease, releasedRecord } from './lease-record.ts';

export interface LeaderElectorOptions {
  /** Must not go through the elector's own fence. Its requests use the lease lane. */
  client: KubeClient;
  clock: Clock;
  random: Random;
  logger: Logger;
  metrics?: MetricsRegistry;
  namespace: string;
  /** Name of the Lease. */
  name: string;
  /** Unique per process, e.g. the pod's name and a random part. */
  identity: string;
  /** How long others wait after the last renewal before they take over. [15000] */
  leaseDurationMs?: number;
  /** How long after its last renewal the leader goes on; must be shorter than the lease. [10000] */
  renewDeadlineMs?: number;
  /** Between tries. [2000] */
  retryPeriodMs?: number;
}

export interface LeaderElector {
  readonly identity: string;
  readonly leading: boolean;
  /** For `fencedTransport`: shut whenever leadership is not certain. */
  readonly fence: Fence;
  /** Tries until this process leads, then keeps the lease renewed. Rejects when the signal aborts. */
  acquire(signal: AbortSignal): Promise<void>;
  /** Resolves when leadership that was held is lost (not when it is released), with the reason. */
  readonly lost: Promise<KubeError>;
  /** Gives the lease back, so that another need not wait for its end. */
  release(): Promise<void>;
}

export function createLeaderElector(options: LeaderElectorOptions): LeaderElector {
  return new LeaseElector(options);
}

class LeaseElector implements LeaderElector {
  readonly identity: string;
  readonly fence: Fence;
  readonly lost: Promise<KubeError>;
  readonly #options: LeaderElectorOptions;
  readonly #leaseDurationMs: number;
  readonly #renewDeadlineMs: number;
  readonly #retryPeriodMs: number;
  readonly #faults: FaultLog;
  readonly #status: { set(value: number): void };
  readonly #ending = new AbortController();
  #seen: Observation | undefined;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #leading = false;
  #renewing: Promise<void> = Promise.resolve();
  #lose: (error: KubeError) => void = () => undefined;

  constructor(options: LeaderElectorOptions) {
    this.#options = options;
    this.identity = options.identity;
    this.#leaseDurationMs = options.leaseDurationMs ?? 15_000;
    this.#renewDeadlineMs = options.renewDeadlineMs ?? 10_000;
    this.#retryPeriodMs = options.retryPeriodMs ?? 2_000;
    if (this.#renewDeadlineMs >= this.#leaseDurationMs || this.#retryPeriodMs >= this.#renewDeadlineMs) {
      throw new KubeError('KUBE_LEASE_TIMES', 'leader election needs retry period < renew deadline < lease duration');
    }
    this.fence = new Fence(options.clock);
    this.#faults = new FaultLog(options.logger, options.clock);
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    const gauge = options.metrics?.gauge({
      name: 'leader_election_master_status',
      help: 'Whether this process is the leader of the lease: 1 or 0.',
      labelNames: ['name'],
    });
    this.#status = { set: (value) => gauge?.set({ name: options.name }, value) };
    this.#status.set(0);
  }

  get leading(): boolean {
    return this.#leading && this.fence.open;
  }

  async acquire(signal: AbortSignal): Promise<void> {
    const { clock, random, logger, name, namespace } = this.#options;
    for (let told = ''; ; ) {
      if (await this.#try(this.#retryPeriodMs * 2, signal)) break;
      const holder = this.#seen?.record.holderIdentity ?? '';
      if (holder !== '' && holder !== told) logger.info('Waiting for leadership', { lease: `${namespace}/${name}`, holder });
      told = holder;
      await sleep(clock, this.#retryPeriodMs * (1 + 0.2 * random.next()), signal);
    }
    this.#leading = true;
    this.#status.set(1);
    logger.info('Became leader', { lease: `${namespace}/${name}`, identity: this.identity });
    this.#renewing = this.#renew();
  }

  async release(): Promise<void> {
    this.#ending.abort(new TransportError('aborted', 'leadership is being given back'));
    await this.#renewing;
    const held = this.#leading;
    this.#stopLeading();
    const seen = this.#seen;
    // A lease that may be another's by now is not touched; the resourceVersion guards the rest.
    if (!held || seen === undefined || this.#remaining() <= 0) return;
    const { clock, logger, name, namespace } = this.#options;
    await this.#write('update', releasedRecord(seen.record, clock.now()), seen, Math.min(this.#remaining(), this.#retryPeriodMs * 2)).then(
      () => logger.info('Gave leadership back', { lease: `${namespace}/${name}` }),
      (error: unknown) => logger.warn('Could not give leadership back', { lease: `${namespace}/${name}`, ...errorValues(error) }),
    );
  }

  async #renew(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await sleep(clock, this.#retryPeriodMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      const remaining = this.#remaining();
      if (remaining <= 0) return this.#end('the renew deadline passed');
      const renewed = await this.#try(Math.min(remaining, this.#retryPeriodMs * 2), signal);
      if (renewed || signal.aborted) continue;
      // A lease that was deleted or cleared is taken again at the next try; one that is another's is lost for good.
      const holder = this.#seen?.record.holderIdentity ?? '';
      if (holder !== '' && holder !== this.identity) return this.#end(`the lease is held by ${holder}`);
      if (this.#remaining() <= 0) return this.#end('the renew deadline passed');
    }
  }

  /** One try to get or keep the lease, with everything sent before `maxMs` have passed. Resolves to whether it is ours now. */
  async #try(maxMs: number, signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#options;
    const limit = deadline(clock, maxMs, () => new TransportError('timeout', 'the lease was not renewed in time'), signal);
    try {
      // The leader knows its lease: it writes without reading. Whoever else wrote in between makes that a conflict.
      if (!this.#leading) await this.#look(limit.signal);
      const step = electionStep(this.#seen, this.identity, clock.monotonic());
      if (step === 'wait') return false;
      const record = heldRecord(this.#seen?.record, this.identity, this.#leaseDurationMs, clock.now());
      const sent = clock.monotonic();
      const sentWall = clock.now();
      await this.#write(step === 'create' ? 'create' : 'update', record, this.#seen, maxMs, limit.signal);
      this.#renewedAt = sent;
      this.fence.extend(sent, sentWall, this.#renewDeadlineMs);
      this.#faults.clear('lease');
      return true;
    } catch (thrown) {
      if (signal.aborted) return false;
      await this.#onFailure(thrown, limit.signal);
      return false;
    } finally {
      limit.clear();
    }
  }

  async #onFailure(thrown: unknown, signal: AbortSignal): Promise<void> {
    const raced = isConflict(thrown) || isAlreadyExists(thrown) || isNotFound(thrown);
    if (!raced)
      this.#faults.report('lease', 'Lease request failed', asError(thrown).message, { lease: this.#options.name, ...errorValues(thrown) });
    else if (this.#leading) await this.#look(signal).catch(() => undefined);
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { client, clock, name, namespace } = this.#options;
    const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name };
    const lease = await client.get(ref, { signal, priority: 'lease' }).catch((thrown: unknown) => {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    });
    this.#seen = lease === undefined ? undefined : observe(this.#seen, readLease(lease), lease.metadata.resourceVersion, clock.monotonic());
  }

  async #write(
    verb: 'create' | 'update',
    record: LeaseRecord,
    seen: Observation | undefined,
    maxMs: number,
    parent?: AbortSignal,
  ): Promise<KubeObject> {
    const { client, clock, name, namespace } = this.#options;
    const limit = deadline(clock, maxMs, () => new TransportError('timeout', 'the lease was not written in time'), parent);
    try {
      const metadata = { name, namespace, ...(seen?.resourceVersion === undefined ? {} : { resourceVersion: seen.resourceVersion }) };
      const lease = await client[verb](leaseObject(record, metadata), { signal: limit.signal, priority: 'lease' });
      this.#seen = observe(this.#seen, readLease(lease), lease.metadata.resourceVersion, clock.monotonic());
      return lease;
    } finally {
      limit.clear();
    }
  }

  #remaining(): number {
    return this.#renewedAt + this.#renewDeadlineMs - this.#options.clock.monotonic();
  }

  #end(why: string): void {
    this.#stopLeading();
    this.#options.logger.error('Lost leadership', { lease: `${this.#options.namespace}/${this.#options.name}`, error: why });
    this.#lose(
      new KubeError('KUBE_LEADERSHIP_LOST', `leadership lost: ${why}`, { hint: 'another replica takes over; this one should start anew' }),
    );
  }

  #stopLeading(): void {
    this.#leading = false;
    this.fence.shut();
    this.#status.set(0);
  }
}
