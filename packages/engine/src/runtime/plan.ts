import type { ObjectRef } from '@caretaker/kube';
import { differingLeaves } from '../compare/leaves.ts';
import type { Resource } from '../prepare/resource.ts';
import { isSensitiveKind, shownValue } from '../redact/redact.ts';
import { outcomeOf } from '../report/outcome.ts';
import type { Action } from '../types/action.ts';
import type { Bundle } from '../types/bundle.ts';
import type { ReconcileOptions } from '../types/engine.ts';
import type { FieldChange, Plan, PlannedAction } from '../types/outcome.ts';
import type { ResourceState } from '../types/state.ts';
import { open } from './reconcile.ts';
import { rfc3339 } from './time-text.ts';
import type { World } from './world.ts';

/** The first decision of a reconcile, with every gate taken as open; nothing is carried out and nothing remembered. */
export async function plan(bundle: Bundle, options: ReconcileOptions & { dryRun?: boolean }, world: World): Promise<Plan> {
  const opened = await open(bundle, options, world, false);
  if (!('pass' in opened)) return { actions: opened.resources.map((state) => blocked(state)), pruned: [] };
  const { pass, inventory, levels } = opened;
  const decision = pass.decide();
  const resources = new Map(levels.flat().map((resource) => [resource.id, resource]));
  const { resources: states } = outcomeOf({
    resources,
    decision,
    priorOf: (resource) => inventory.priorOf(resource),
    restarted: new Set(),
    happenings: [],
    wrote: false,
    now: rfc3339(world.clock.now()),
    wakeInMs: undefined,
  });
  const actions = decision.judgements.flatMap((judgement) => {
    const state = states.find((candidate) => candidate.id === judgement.id);
    const resource = resources.get(judgement.id);
    return state && resource ? [planned(state, resource.ref, judgement.action)] : [];
  });
  const withChanges = options.dryRun === true ? await Promise.all(actions.map((action) => changesOf(action, resources, world))) : actions;
  const pruned = decision.orphans.filter((judgement) => judgement.type === 'act' || judgement.type === 'wait');
  const removals = pruned.flatMap((judgement): PlannedAction[] => {
    const state = states.find((candidate) => candidate.id === judgement.orphan.entry.id && candidate.phase === 'Deleting');
    const release = judgement.type === 'act' && judgement.action.type === 'release';
    const verb = release || judgement.orphan.entry.deletionPolicy === 'Retain' ? 'release' : 'delete';
    return state ? [{ id: state.id, ref: judgement.orphan.ref, verb, state }] : [];
  });
  return { actions: [...withChanges, ...removals], pruned: pruned.map((judgement) => judgement.orphan.entry) };
}

const waitingPhases: ReadonlySet<ResourceState['phase']> = new Set(['Failed', 'Conflicted', 'Skipped', 'WaitingForDependency', 'Paused']);

function blocked(state: ResourceState): PlannedAction {
  const { apiVersion, kind, namespace, name } = state;
  return { id: state.id, ref: { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) }, verb: 'blocked', state };
}

function planned(state: ResourceState, ref: ObjectRef, action: Action | undefined): PlannedAction {
  const base = { id: state.id, ref, state };
  if (!action || action.type === 'verify' || action.type === 'labelPods' || action.type === 'pause') {
    return { ...base, verb: waitingPhases.has(state.phase) ? 'blocked' : 'none' };
  }
  if (action.type === 'delete') return { ...base, verb: 'recreate' };
  if (action.type !== 'write') return { ...base, verb: 'apply' };
  return { ...base, verb: action.existing ? action.strategy : 'create', cause: action.cause };
}

/** What the server would make of the write, compared with what is there: one GET and one dry run. */
async function changesOf(action: PlannedAction, resources: ReadonlyMap<string, Resource>, world: World): Promise<PlannedAction> {
  const resource = resources.get(action.id);
  if (!resource || !['create', 'apply', 'merge', 'replace', 'recreate'].includes(action.verb)) return action;
  const { client, fieldManager } = world.options;
  try {
    const live = action.verb === 'create' ? undefined : await client.get(action.ref);
    const after =
      action.verb === 'recreate'
        ? resource.object
        : (await client.apply(resource.object, { fieldManager, force: true, dryRun: true })).object;
    const sensitive = resource.sensitive || isSensitiveKind(action.ref.kind);
    const { status: _status, ...wanted } = after;
    return { ...action, changes: differingLeaves(wanted, live ?? {}).map((change) => shown(change, sensitive)) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ...action, verb: 'blocked', state: { ...action.state, phase: 'Failed', reason: 'DryRunFailed', message } };
  }
}

function shown(change: FieldChange, sensitive: boolean): FieldChange {
  const hide = sensitive && /^\.(data|stringData)/.test(change.field);
  return { field: change.field, before: shownValue(change.before, hide), after: shownValue(change.after, hide) };
}
