import type { Engine, Happening } from '@caretaker/engine';
import {
  type Clock,
  isConflict,
  isInvalid,
  isNotFound,
  type KubeClient,
  type KubeObject,
  type Logger,
  type ObjectRef,
  type ReconcileRequest,
  type Result,
} from '@caretaker/kube';
import type { LoadedAsset } from '../catalog/load.ts';
import { AutopilotError, messageOf } from '../errors.ts';
import { fieldManager, objectAnnotations } from '../names.ts';
import { bundleOf, ownerOf } from './bundle.ts';
import { type Decision, decideEvaluation, decideObject } from './decide.ts';
import type { DependencyGauge } from './dependencies.ts';
import { decideForce, removeForceAnnotation } from './force.ts';
import { type Observed, observeSettled, type Platform } from './observe.ts';
import { situationOf } from './outcome.ts';
import { type AssetState, identityOf } from './report-state.ts';
import type { AssetReporter } from './reporter.ts';

export interface AssetReconcilerOptions {
  platform: Platform;
  engine: Engine;
  client: KubeClient;
  clock: Clock;
  logger: Logger;
  reporter: AssetReporter;
  dependencies: DependencyGauge;
  namespaceExists: (name: string) => boolean;
  /** Called when a pass over an asset has ended, whatever became of it. */
  passed: (asset: string, state: AssetState) => void;
}

interface Acted {
  state: AssetState;
  happenings: readonly Happening[];
  requeueAfterMs?: number | undefined;
}

/** One pass over one asset: observe, decide, act, report. */
export class AssetReconciler {
  readonly #options: AssetReconcilerOptions;
  /** The last value of force-reconcile that was handled, per asset. */
  readonly #forced = new Map<string, string>();

  constructor(options: AssetReconcilerOptions) {
    this.#options = options;
  }

  /** Rejects when the asset could not be brought into its golden state in this pass, so that the queue counts it and comes back. */
  async reconcile(asset: LoadedAsset, request: ReconcileRequest): Promise<Result | undefined> {
    const { platform, clock, reporter, dependencies } = this.#options;
    const start = clock.monotonic();
    const observed = await observeSettled(platform, asset, request.signal);
    dependencies.set(asset.entry.name, wantedDependencies(observed));
    const acted = await this.#decideAndAct(asset, observed, request.signal);
    const state = reporter.report(asset, acted.state, acted.happenings, observed?.hco, (clock.monotonic() - start) / 1000);
    this.#options.passed(asset.entry.name, state);
    if (acted.happenings.some((happening) => happening.type === 'Failed'))
      throw new AutopilotError('AssetFailed', state.detail, { retryable: true });
    return acted.requeueAfterMs === undefined ? undefined : { requeueAfterMs: acted.requeueAfterMs, priority: 'drift' };
  }

  async #decideAndAct(asset: LoadedAsset, observed: Observed | undefined, signal: AbortSignal): Promise<Acted> {
    if (observed === undefined) {
      this.#forget(asset, undefined);
      return { state: withoutHyperConverged, happenings: [] };
    }
    const { evaluation, hco } = observed;
    const early = decideEvaluation(evaluation);
    if (early !== undefined || evaluation.result !== 'wanted') {
      this.#forget(asset, early);
      const state = early ?? withoutHyperConverged;
      return { state, happenings: [] };
    }
    const { object } = evaluation;
    const ref = refOf(object);
    const namespaceExists = object.metadata.namespace === undefined || this.#options.namespaceExists(object.metadata.namespace);
    const owner = ownerOf(asset.entry.name, hco);
    try {
      const live = namespaceExists ? await this.#options.engine.lookup(ref, owner, signal) : undefined;
      const withUid = live === undefined ? ref : { ...ref, uid: live.uid };
      const annotations = live?.annotations ?? {};
      const decision = decideObject(object, annotations, namespaceExists);
      if (!decision.act) return { state: { ...decision.state, ref: withUid }, happenings: [] };
      return await this.#apply(asset, decision, withUid, annotations, hco, signal);
    } catch (error) {
      signal.throwIfAborted();
      const detail = messageOf(error);
      const state: AssetState = {
        situation: 'Failed',
        detail,
        identity: identityOf(object),
        ref,
        customizations: [],
        invalidIgnoreFields: [],
        stage: 'apply',
      };
      return { state, happenings: [{ type: 'Failed', id: asset.entry.name, ref, message: detail }] };
    }
  }

  async #apply(
    asset: LoadedAsset,
    decision: Decision & { act: true },
    ref: ObjectRef & { uid?: string },
    annotations: Readonly<Record<string, string>>,
    hco: KubeObject,
    signal: AbortSignal,
  ): Promise<Acted> {
    const { name } = asset.entry;
    const force = decideForce(annotations[objectAnnotations.forceReconcile], this.#forced.get(name));
    if (force.force)
      this.#options.logger.info('Reconciliation forced by annotation', { asset: name, kind: ref.kind, objectName: ref.name });
    const outcome = await this.#options.engine.reconcile(bundleOf(ownerOf(name, hco), decision.object, decision.ignoreFields), {
      prune: false,
      force: force.force,
      signal,
    });
    if (force.remove) await this.#handled(name, ref, force.value);
    const { situation, detail, uid } = situationOf(outcome);
    const state: AssetState = { ...decision.state, situation, detail, ref: uid === undefined ? ref : { ...ref, uid }, stage: 'apply' };
    return { state, happenings: outcome.happenings, requeueAfterMs: outcome.requeueAfterMs };
  }

  /** The request has been served: whoever made it can make the next one without --overwrite. */
  async #handled(asset: string, ref: ObjectRef, value: string): Promise<void> {
    this.#forced.set(asset, value);
    try {
      await removeForceAnnotation(this.#options.client, ref, value, fieldManager);
    } catch (error) {
      // Gone, or another value was set meanwhile: that one will be seen by itself.
      if (isNotFound(error) || isInvalid(error) || isConflict(error)) return;
      this.#options.logger.warn('Failed to remove the force-reconcile annotation', { asset, error: messageOf(error) });
    }
  }

  /** Of an asset that is not wanted nothing is watched or remembered. A fault is no such case. */
  #forget(asset: LoadedAsset, state: AssetState | undefined): void {
    if (state?.situation === 'Failed' || state?.situation === 'KindNotServed') return;
    this.#options.engine.forget(asset.entry.name);
    this.#forced.delete(asset.entry.name);
  }
}

const withoutHyperConverged: AssetState = {
  situation: 'SwitchedOff',
  detail: 'there is no HyperConverged',
  customizations: [],
  invalidIgnoreFields: [],
};

function wantedDependencies(observed: Observed | undefined): Observed['dependencies'] {
  if (observed === undefined) return [];
  const { evaluation, dependencies } = observed;
  const unwanted = evaluation.result === 'skipped' && evaluation.reason !== 'DependencyMissing' && evaluation.reason !== 'KindNotServed';
  return unwanted ? [] : dependencies;
}

function refOf(object: KubeObject): ObjectRef {
  const { namespace, name = '' } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, ...(namespace === undefined ? {} : { namespace }), name };
}
