import type { Resource } from '../prepare/resource.ts';
import type { Action } from '../types/action.ts';
import { decideResource } from './decide-resource.ts';
import type { Judgement } from './judgement.ts';
import type { DecideContext, Observation } from './observation.ts';
import { decideOrphans, type Orphan, type OrphanContext, type OrphanJudgement } from './orphans.ts';

/** What to do now for one owner, and how everything stands. */
export interface Decision {
  /** By level, then id. */
  judgements: readonly Judgement[];
  orphans: readonly OrphanJudgement[];
  /** All that may go in parallel, now. Nothing = the pass is over. */
  actions: readonly Action[];
  /** Milliseconds until it is worth deciding again without an event. */
  wakeInMs: number | undefined;
}

/**
 * desired + observed -> what to do. Pure and synchronous: no I/O, no clock, no random. Reconcile, plan and the simulation all call this one;
 * after its actions have been carried out, calling it again on what they left gives no actions.
 */
export function decide(
  levels: readonly (readonly Resource[])[],
  observe: (resource: Resource) => Observation,
  orphans: readonly Orphan[],
  context: DecideContext,
  orphanContext: OrphanContext,
): Decision {
  const judged = new Map<string, Judgement>();
  for (const level of levels) {
    for (const resource of level) judged.set(resource.id, decideResource(resource, observe(resource), judged, context));
  }
  const judgements = [...judged.values()];
  const orphaned = decideOrphans(orphans, orphanContext);
  const actions = [
    ...judgements.flatMap((judgement) => judgement.action ?? []),
    ...orphaned.flatMap((judgement) => (judgement.type === 'act' ? [judgement.action] : [])),
  ];
  const wakes = judgements.flatMap((judgement) => judgement.wakeInMs ?? []);
  return { judgements, orphans: orphaned, actions, wakeInMs: wakes.length === 0 ? undefined : Math.min(...wakes) };
}
