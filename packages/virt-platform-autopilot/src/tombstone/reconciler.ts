import {
  type Clock,
  type EventRecorder,
  FaultLog,
  type Gauge,
  isConflict,
  isNotFound,
  type KubeClient,
  type KubeObject,
  type Logger,
  type ReconcileRequest,
  type Result,
} from '@caretaker/kube';
import { identityText } from '../asset/report-state.ts';
import { AutopilotError, messageOf } from '../errors.ts';
import { regardingOf } from '../events/regarding.ts';
import type { LookupWatches } from '../watch/lookup-watches.ts';
import { decideTombstone, type TombstoneDecision } from './decide.ts';
import type { Tombstone } from './parse.ts';

export interface TombstoneReconcilerOptions {
  lookups: LookupWatches;
  client: KubeClient;
  clock: Clock;
  logger: Logger;
  events: EventRecorder;
  gauge: Gauge;
  /** The HyperConverged while the autopilot is active. */
  hyperConverged: () => KubeObject | undefined;
}

/** Removes what earlier releases made. Works on caches; the only writes are deletions of objects that carry our label. */
export class TombstoneReconciler {
  readonly #options: TombstoneReconcilerOptions;
  readonly #faults: FaultLog;
  readonly #told = new Map<string, string>();

  constructor(options: TombstoneReconcilerOptions) {
    this.#options = options;
    this.#faults = new FaultLog(options.logger, options.clock);
  }

  async reconcile(key: string, tombstone: Tombstone, request: ReconcileRequest): Promise<Result | undefined> {
    const { lookups, clock, gauge } = this.#options;
    const hco = this.#options.hyperConverged();
    const { kind, name, namespace = '' } = tombstone.ref;
    const labels = { kind, name, namespace };
    if (hco === undefined) {
      lookups.use(key, []);
      gauge.remove(labels);
      return undefined;
    }
    await lookups.settle([tombstone.ref], request.signal);
    lookups.use(key, [tombstone.ref]);
    const live = lookups.find(tombstone.ref)[0];
    const decision = decideTombstone(live, clock.now());
    switch (decision.action) {
      case 'delete':
        await this.#delete(key, tombstone, decision, hco, labels);
        return undefined;
      case 'wait':
        gauge.set(labels, decision.status);
        if (decision.stuck) this.#tell(key, tombstone, hco, 'TombstoneFailed', `is held by finalizers ${decision.finalizers.join(', ')}`);
        return { requeueAfterMs: decision.againInMs, priority: 'resync' };
      case 'keep':
        gauge.set(labels, decision.status);
        this.#tell(key, tombstone, hco, 'TombstoneSkipped', 'is kept: it does not carry the label of the autopilot');
        return undefined;
      case 'none':
        gauge.set(labels, decision.status);
        this.#told.delete(key);
        this.#faults.clear(key);
        return undefined;
    }
  }

  async #delete(
    key: string,
    tombstone: Tombstone,
    decision: TombstoneDecision & { action: 'delete' },
    hco: KubeObject,
    labels: Record<string, string>,
  ): Promise<void> {
    const { uid, resourceVersion } = decision;
    try {
      await this.#options.client.delete(tombstone.ref, { preconditions: { uid, resourceVersion }, propagationPolicy: 'Background' });
      this.#tell(key, tombstone, hco, 'TombstoneDeleted', 'was deleted');
    } catch (error) {
      if (isNotFound(error)) return;
      // Changed since it was seen: the next event decides anew.
      if (isConflict(error)) throw error;
      this.#options.gauge.set(labels, -1);
      this.#tell(key, tombstone, hco, 'TombstoneFailed', `cannot be deleted: ${messageOf(error)}`);
      throw new AutopilotError('TombstoneFailed', messageOf(error), { cause: error, retryable: true });
    }
  }

  /** Events and log lines on change only. */
  #tell(
    key: string,
    tombstone: Tombstone,
    hco: KubeObject,
    reason: 'TombstoneDeleted' | 'TombstoneSkipped' | 'TombstoneFailed',
    what: string,
  ): void {
    const { kind, name, namespace = '' } = tombstone.ref;
    const text = `Obsolete ${identityText({ kind, name, namespace })} (assets/${tombstone.path}) ${what}`;
    const values = { kind, namespace: namespace || undefined, objectName: name, path: tombstone.path };
    if (reason === 'TombstoneFailed') this.#faults.report(key, 'Failed to remove obsolete object', text, { ...values, error: what });
    if (this.#told.get(key) === text) return;
    this.#told.set(key, text);
    if (reason !== 'TombstoneFailed')
      this.#options.logger.info(reason === 'TombstoneDeleted' ? 'Obsolete object deleted' : 'Obsolete object kept', values);
    const type = reason === 'TombstoneDeleted' ? 'Normal' : 'Warning';
    this.#options.events.record({ type, reason, message: text, regarding: regardingOf(hco) });
  }
}
