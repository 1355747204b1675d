import { dig, digList, digNumber, digString } from '../json/value.ts';
import { isReady, notReady, type Readiness } from './readiness.ts';

export interface StatusCondition {
  status: string;
  reason: string;
  message: string;
  observedGeneration: number | undefined;
}

/** status.conditions[type], if there is one. */
export function conditionOf(object: unknown, type: string): StatusCondition | undefined {
  const found = digList(object, 'status', 'conditions').find((condition) => digString(condition, 'type') === type);
  if (found === undefined) return undefined;
  return {
    status: digString(found, 'status') ?? 'Unknown',
    reason: digString(found, 'reason') ?? '',
    message: digString(found, 'message') ?? '',
    observedGeneration: digNumber(found, 'observedGeneration'),
  };
}

/** The controller of this kind has not looked at the newest spec yet, so its status speaks of an older one. */
export function generationLag(object: unknown): Readiness | undefined {
  const generation = digNumber(object, 'metadata', 'generation');
  const observed = digNumber(object, 'status', 'observedGeneration');
  if (generation === undefined || observed === undefined || observed >= generation) return undefined;
  return notReady('GenerationNotObserved', `status is of generation ${observed}, spec is at ${generation}`);
}

/** Ready when the condition has the wanted status at the current generation. */
export function byCondition(object: unknown, type: string, wanted = 'True'): Readiness {
  const lag = generationLag(object);
  if (lag) return lag;
  const condition = conditionOf(object, type);
  if (!condition) return notReady('ConditionMissing', `condition ${type} is not reported yet`);
  const generation = digNumber(object, 'metadata', 'generation');
  if (condition.observedGeneration !== undefined && generation !== undefined && condition.observedGeneration < generation) {
    return notReady(
      'GenerationNotObserved',
      `condition ${type} is of generation ${condition.observedGeneration}, spec is at ${generation}`,
    );
  }
  if (condition.status === wanted) return isReady;
  const why = condition.message || condition.reason;
  return notReady(condition.reason || 'ConditionNotMet', `condition ${type} is ${condition.status}${why ? `: ${why}` : ''}`);
}

/**
 * The rule for kinds without one of their own, in kstatus' spirit: the newest generation observed, nothing Reconciling or Stalled, and
 * Ready (or Available) True if it is reported at all.
 */
export function byConvention(object: unknown): Readiness {
  const lag = generationLag(object);
  if (lag) return lag;
  for (const type of ['Stalled', 'Reconciling']) {
    const condition = conditionOf(object, type);
    if (condition?.status === 'True') return notReady(condition.reason || type, condition.message || type);
  }
  for (const type of ['Ready', 'Available']) {
    if (conditionOf(object, type)) return byCondition(object, type);
  }
  return dig(object, 'status', 'phase') === 'Failed' ? notReady('PhaseFailed', 'status.phase is Failed') : isReady;
}
