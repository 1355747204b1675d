import type { Decision } from '../decide/decide.ts';
import type { Judgement } from '../decide/judgement.ts';
import type { OrphanJudgement } from '../decide/orphans.ts';
import { resultOf } from '../errors/engine-error.ts';
import type { Resource } from '../prepare/resource.ts';
import type { ErrorCode } from '../types/error-code.ts';
import type { Counts, Happening, Outcome, PassResult } from '../types/outcome.ts';
import type { InventoryEntry, ResourceState } from '../types/state.ts';

export interface ReportInput {
  resources: ReadonlyMap<string, Resource>;
  decision: Decision;
  priorOf: (resource: Resource) => InventoryEntry | undefined;
  restarted: ReadonlySet<string>;
  happenings: readonly Happening[];
  wrote: boolean;
  /** RFC 3339, seconds. */
  now: string;
  wakeInMs: number | undefined;
}

/** Turns the last decision of a pass into data for status, events and metrics. */
export function outcomeOf(input: ReportInput): Outcome {
  const states = input.decision.judgements.flatMap((judgement) => {
    const resource = input.resources.get(judgement.id);
    return resource ? [stateOf(judgement, resource, input)] : [];
  });
  const orphans = input.decision.orphans.flatMap((judgement) => orphanState(judgement, input.now));
  const transitions = states.flatMap((state) => transition(state, input));
  const resources = [...states, ...orphans];
  const problem = firstProblem(resources);
  return {
    result: resultOfPass(resources),
    resources,
    counts: countsOf(states),
    happenings: [...input.happenings, ...transitions],
    changed: input.wrote,
    ...(problem ? { problem } : {}),
    ...(input.wakeInMs === undefined ? {} : { requeueAfterMs: Math.max(1, Math.ceil(input.wakeInMs)) }),
  };
}

function stateOf(judgement: Judgement, resource: Resource, input: ReportInput): ResourceState {
  const { id, ref, rules, dependIds } = resource;
  const prior = input.priorOf(resource);
  if (resource.key === '' && prior) return { ...identityOf(prior), ...told(judgement, prior, input) };
  const uid = judgement.uid ?? prior?.uid;
  return {
    id,
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
    name: ref.name,
    ...(uid === undefined ? {} : { uid }),
    deletionPolicy: rules.deletionPolicy,
    dependIds: [...dependIds],
    ...told(judgement, prior, input),
  };
}

/** What could not even be rendered keeps the address of the object that it made earlier, so that cleanup still finds it. */
function identityOf({ id, apiVersion, kind, namespace, name, uid, deletionPolicy, dependIds }: InventoryEntry): InventoryEntry {
  const place = { ...(namespace === undefined ? {} : { namespace }), name, ...(uid === undefined ? {} : { uid }) };
  return { id, apiVersion, kind, ...place, deletionPolicy, dependIds };
}

function told(
  judgement: Judgement,
  prior: InventoryEntry | undefined,
  input: ReportInput,
): Pick<ResourceState, 'phase' | 'reason' | 'message' | 'since' | 'code' | 'completedHash'> {
  const { id, phase, reason, message, code, completedHash } = judgement;
  const kept = prior?.phase === phase && !input.restarted.has(id);
  return {
    phase,
    reason,
    message: message.length > maxMessage ? `${message.slice(0, maxMessage - 3)}...` : message,
    since: (kept ? prior.since : undefined) ?? input.now,
    ...(code === undefined ? {} : { code }),
    ...(completedHash === undefined ? {} : { completedHash }),
  };
}

/** Status lists must stay small: a server's message may quote a whole object. */
const maxMessage = 1024;

export function orphanState(judgement: OrphanJudgement, now: string): ResourceState[] {
  if (judgement.type === 'gone' || judgement.type === 'leave') return [];
  const { entry } = judgement.orphan;
  if (judgement.type === 'released') {
    const since = entry.phase === 'Retained' ? (entry.since ?? now) : now;
    return [{ ...entry, phase: 'Retained', reason: 'NoLongerWanted', message: 'kept, and no longer managed', since }];
  }
  const code = judgement.type === 'wait' ? judgement.code : undefined;
  const since = entry.phase === 'Deleting' ? (entry.since ?? now) : now;
  const { message } = judgement;
  return [{ ...entry, phase: 'Deleting', reason: code ?? 'NoLongerWanted', message, since, ...(code === undefined ? {} : { code }) }];
}

function countsOf(states: readonly ResourceState[]): Counts {
  const count = (...phases: ResourceState['phase'][]): number => states.filter((state) => phases.includes(state.phase)).length;
  return {
    desired: states.length,
    ready: count('Ready'),
    failed: count('Failed', 'Conflicted'),
    skipped: count('Skipped'),
    conflicted: count('Conflicted'),
    timedOut: count('TimedOut'),
    paused: count('Paused'),
  };
}

const problemPhases: ReadonlySet<ResourceState['phase']> = new Set(['Failed', 'Conflicted', 'Deleting']);

export function firstProblem(resources: readonly ResourceState[]): { code: ErrorCode; message: string; id: string } | undefined {
  const faulty = resources.filter(
    (state) => state.code !== undefined && resultOf(state.code) !== 'success' && problemPhases.has(state.phase),
  );
  const worst = faulty.find((state) => state.code !== undefined && resultOf(state.code) === 'error') ?? faulty[0];
  return worst?.code === undefined ? undefined : { code: worst.code, message: worst.message, id: worst.id };
}

/** Infrastructure faults win: they are what an alert on errors is about. */
export function resultOfPass(resources: readonly ResourceState[]): PassResult {
  const problem = firstProblem(resources);
  return problem ? resultOf(problem.code) : 'success';
}

/** What became of a resource since the last pass, told once. */
function transition(state: ResourceState, input: ReportInput): Happening[] {
  const resource = input.resources.get(state.id);
  if (!resource) return [];
  const prior = input.priorOf(resource);
  if (prior?.phase === state.phase && (prior.reason ?? '') === state.reason) return [];
  const type = happeningOf[state.phase];
  if (!type || (state.phase === 'Ready' && prior?.phase === undefined && !input.wrote)) return [];
  const { code, message } = state;
  const { ref } = resource;
  const uid = state.uid === undefined ? ref : { ...ref, uid: state.uid };
  return [{ type, id: state.id, ref: uid, message, ...(code === undefined ? {} : { code }) }];
}

const happeningOf: Partial<Record<ResourceState['phase'], Happening['type']>> = {
  Ready: 'BecameReady',
  Failed: 'Failed',
  Conflicted: 'Conflict',
  TimedOut: 'TimedOut',
};
