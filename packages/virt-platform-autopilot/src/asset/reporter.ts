import type { Happening } from '@caretaker/engine';
import type { Clock, EventRecorder, KubeObject, Logger, LogValue } from '@caretaker/kube';
import { FaultLog } from '@caretaker/kube';
import type { LoadedAsset } from '../catalog/load.ts';
import { AppliedEvents } from '../events/applied-events.ts';
import { regardingOf } from '../events/regarding.ts';
import { seriesRules } from '../metrics/situation.ts';
import type { StatusMetrics } from '../metrics/status.ts';
import { type AssetState, identityText } from './report-state.ts';
import { transitions, whatOf } from './transitions.ts';

export interface ReporterOptions {
  clock: Clock;
  logger: Logger;
  events: EventRecorder;
  metrics: StatusMetrics;
}

/** Turns what a pass found into metrics, events and log lines. Remembers the pass before of each asset, and nothing else. */
export class AssetReporter {
  readonly #options: ReporterOptions;
  readonly #faults: FaultLog;
  readonly #applied: AppliedEvents;
  readonly #states = new Map<string, AssetState>();

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#faults = new FaultLog(options.logger, options.clock);
    this.#applied = new AppliedEvents(options.clock, options.events);
  }

  state(asset: string): AssetState | undefined {
    return this.#states.get(asset);
  }

  /** Records what is still gathered. */
  flush(): void {
    this.#applied.flush();
  }

  /** `hco`: where events go besides the object itself. */
  report(
    loaded: LoadedAsset,
    found: AssetState,
    happenings: readonly Happening[],
    hco: KubeObject | undefined,
    seconds: number,
  ): AssetState {
    const asset = loaded.entry.name;
    const before = this.#states.get(asset);
    // A fault before rendering does not say which object it is about: the last one that was.
    const after = {
      ...found,
      identity: found.identity ?? before?.identity ?? literalIdentity(loaded, found),
      ref: found.ref ?? before?.ref,
    };
    this.#states.set(asset, after);
    this.#metrics(before, after, happenings, seconds);
    this.#log(asset, before, after, happenings);
    for (const told of transitions(asset, before, after, happenings)) {
      if (after.ref) this.#options.events.record({ ...told, regarding: after.ref });
      if (!hco || isSame(after, hco)) continue;
      if (told.reason === 'AssetApplied') this.#applied.applied(whatOf(asset, after), hco);
      else this.#options.events.record({ ...told, regarding: regardingOf(hco) });
    }
    return after;
  }

  #metrics(before: AssetState | undefined, after: AssetState, happenings: readonly Happening[], seconds: number): void {
    const { metrics } = this.#options;
    if (before?.identity && after.identity && identityText(before.identity) !== identityText(after.identity))
      metrics.forget(before.identity);
    if (!after.identity) return;
    metrics.report(after.identity, after.situation);
    if (seriesRules[after.situation].customization === 'keep' && after.situation !== 'Excluded' && after.stage !== 'render') {
      metrics.customizations(after.identity, after.customizations);
    }
    if (seriesRules[after.situation].duration === 'keep') metrics.duration(after.identity, seconds);
    for (const happening of happenings) if (happening.contested) metrics.contested(after.identity);
  }

  #log(asset: string, before: AssetState | undefined, after: AssetState, happenings: readonly Happening[]): void {
    const { logger } = this.#options;
    const values = valuesOf(asset, after);
    for (const happening of happenings) this.#logHappening(happening, values);
    if (after.situation === 'Failed' || after.situation === 'KindNotServed') {
      this.#faults.report(asset, failureText(after), after.detail, { ...values, error: after.detail });
      return;
    }
    this.#faults.clear(asset, 'Asset recovered', values);
    if (before?.situation === after.situation) return;
    if (after.situation === 'Paused') logger.warn('Reconciliation paused due to edit war', { ...values, reason: after.detail });
    else if (after.situation === 'NamespaceMissing') logger.info('Target namespace not found, skipping asset', values);
    else if (after.situation === 'DependencyMissing') logger.info('CRD not installed, skipping', { ...values, reason: after.detail });
    else if (after.situation === 'Excluded') logger.info('Skipping resource due to Root Exclusion', values);
    else if (after.situation === 'Unmanaged') logger.info('Resource is unmanaged, leaving it alone', values);
    else if (after.situation === 'Throttled') logger.warn('Asset update throttled', { ...values, reason: after.detail });
    for (const fault of [after.invalidPatch, ...after.invalidIgnoreFields]) {
      if (fault !== undefined) logger.warn('Patch validation failed', { ...values, reason: fault });
    }
  }

  #logHappening(happening: Happening, values: Record<string, LogValue>): void {
    const { logger } = this.#options;
    switch (happening.type) {
      case 'DriftRepaired':
        logger.info('Drift detected', { ...values, reason: happening.message, ...opponentValues(happening) });
        logger.info('Successfully applied asset', { ...values, outcome: 'successfully applied', cause: happening.cause });
        return;
      case 'Adopted':
        logger.info('Adopting unlabeled object', values);
        logger.info('Successfully applied asset', { ...values, outcome: 'successfully applied', cause: happening.cause });
        return;
      case 'Created':
      case 'Applied':
      case 'Recreated':
        logger.info('Successfully applied asset', { ...values, outcome: 'successfully applied', cause: happening.cause });
        return;
      case 'EditWarPaused':
        logger.error('Edit war detected', { ...values, reason: happening.message, ...opponentValues(happening) });
        return;
      case 'Resumed':
        logger.info('Pause annotation removed by user', values);
        return;
      default:
        return;
    }
  }
}

/** What a fault before the first rendering is reported under: what is literal in the file, else the asset's own name. */
function literalIdentity({ head, entry }: LoadedAsset, state: AssetState): AssetState['identity'] {
  if (state.situation !== 'Failed' && state.situation !== 'KindNotServed') return undefined;
  return { kind: head.kind, name: head.name ?? entry.name, namespace: head.namespace ?? '' };
}

/** Constant messages with the words that the runbook greps for: Failed, failed to apply; the API's own text is in `error`. */
function failureText(state: AssetState): string {
  if (state.situation === 'KindNotServed') return 'Failed to reconcile asset: kind is not served';
  return state.stage === 'render' ? 'Failed to reconcile asset: failed to render' : 'Failed to reconcile asset: failed to apply';
}

function valuesOf(asset: string, state: AssetState): Record<string, LogValue> {
  const { identity } = state;
  return identity === undefined
    ? { asset }
    : { asset, kind: identity.kind, namespace: identity.namespace || undefined, objectName: identity.name };
}

function opponentValues(happening: Happening): Record<string, LogValue> {
  const [opponent] = happening.opponents ?? [];
  if (opponent === undefined) return {};
  return {
    manager: opponent.manager,
    operation: opponent.operation,
    subresource: opponent.subresource,
    field: opponent.field,
    live: shortText(opponent.liveValue),
    desired: shortText(opponent.desiredValue),
  };
}

function shortText(value: unknown): string | undefined {
  const text = value === undefined ? undefined : JSON.stringify(value);
  return text !== undefined && text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function isSame(state: AssetState, hco: KubeObject): boolean {
  return state.ref?.kind === hco.kind && state.ref.name === hco.metadata.name && state.ref.namespace === hco.metadata.namespace;
}
