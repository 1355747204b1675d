/** Outcome of a pass -> status of the Tenant. Pure. */

import type { Outcome, ResourceState } from '@caretaker/engine';
import type { Condition } from '@caretaker/kube';
import type { ResourceStatus, Tenant, TenantStatus } from '../api/types.ts';
import { type ConditionState, mergeConditions } from '../conditions.ts';

export interface StatusFacts {
  outcome: Pick<Outcome, 'resources' | 'counts'>;
  revision: string | undefined;
  paused: boolean;
  /** Value of the annotation reconcile that this pass acted on. */
  handledReconcile: string | undefined;
  /** Milliseconds since the epoch. */
  now: number;
}

const nameOf = ({ kind, name, id }: ResourceState): string => `${kind} ${name === '' ? `(id ${id})` : name}`;
const explained = (resource: ResourceState): string =>
  `${nameOf(resource)}${resource.message === '' ? (resource.reason === '' ? '' : ` (${resource.reason})`) : ` (${resource.message})`}`;

const shownAtMost = 3;
function list(resources: readonly ResourceState[]): string {
  const shown = resources.slice(0, shownAtMost).map(explained).join(', ');
  return resources.length > shownAtMost ? `${shown} and ${resources.length - shownAtMost} more` : shown;
}

const isWanted = ({ phase }: ResourceState): boolean => phase !== 'Deleting' && phase !== 'Retained';

interface Groups {
  failed: readonly ResourceState[];
  conflicted: readonly ResourceState[];
  timedOut: readonly ResourceState[];
  skipped: readonly ResourceState[];
  waiting: readonly ResourceState[];
}

function group(resources: readonly ResourceState[]): Groups {
  const of = (...phases: ResourceState['phase'][]) => resources.filter(({ phase }) => phases.includes(phase));
  return {
    failed: of('Failed'),
    conflicted: of('Conflicted'),
    timedOut: of('TimedOut'),
    skipped: of('Skipped'),
    waiting: of('Pending', 'Applying', 'WaitingForDependency', 'WaitingForReady', 'Paused'),
  };
}

function readyCondition(groups: Groups, ready: number, desired: number): ConditionState {
  const { failed, conflicted, timedOut, skipped, waiting } = groups;
  const share = `${ready}/${desired} ready`;
  const problems = [...failed, ...conflicted];
  if (problems.length > 0) {
    const reason =
      failed.length === 0 ? 'ResourcesConflicted' : conflicted.length === 0 ? 'ResourcesFailed' : 'ResourcesFailedAndConflicted';
    return { type: 'Ready', status: 'False', reason, message: `${share}: ${list(problems)}` };
  }
  if (ready >= desired && skipped.length === 0) return { type: 'Ready', status: 'True', reason: 'AllResourcesReady', message: `${share}` };
  const blockers = timedOut.length > 0 ? timedOut : waiting;
  const verb = timedOut.length > 0 ? 'timed out' : 'waiting for';
  return {
    type: 'Ready',
    status: 'False',
    reason: 'NotAllResourcesReady',
    message: blockers.length > 0 ? `${share}: ${verb} ${list(blockers)}` : share,
  };
}

function degradedCondition({ failed, conflicted, timedOut }: Groups): ConditionState {
  const condition = (reason: string, resources: readonly ResourceState[]): ConditionState => ({
    type: 'Degraded',
    status: 'True',
    reason,
    message: list(resources),
  });
  if (failed.length > 0 && conflicted.length > 0) return condition('ResourceFailuresAndConflicts', [...failed, ...conflicted]);
  if (conflicted.length > 0) return condition('ResourceConflicts', conflicted);
  const unrendered = failed.filter(({ reason }) => reason === 'TemplateRenderError');
  if (unrendered.length > 0) return condition('TemplateRenderError', unrendered);
  if (failed.length > 0) return condition('ResourceFailures', failed);
  if (timedOut.length > 0) return condition('ReadinessTimeout', timedOut);
  return { type: 'Degraded', status: 'False', reason: 'Healthy', message: '' };
}

function progressingCondition(groups: Groups, paused: boolean): ConditionState {
  if (paused)
    return { type: 'Progressing', status: 'False', reason: 'Paused', message: 'nothing is written while the annotation pause is "true"' };
  return groups.waiting.length > 0
    ? { type: 'Progressing', status: 'True', reason: 'Reconciling', message: '' }
    : { type: 'Progressing', status: 'False', reason: 'ReconcileComplete', message: '' };
}

const conflictedCondition = ({ conflicted }: Groups): ConditionState =>
  conflicted.length > 0
    ? { type: 'Conflicted', status: 'True', reason: 'ResourceConflict', message: list(conflicted) }
    : { type: 'Conflicted', status: 'False', reason: 'NoConflict', message: '' };

function resourceStatus(resource: ResourceState): ResourceStatus {
  const { id, apiVersion, kind, namespace, name, uid, deletionPolicy, dependIds, phase, reason, message, since, code, completedHash } =
    resource;
  return {
    id,
    apiVersion,
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    ...(uid === undefined ? {} : { uid }),
    deletionPolicy,
    dependIds: [...dependIds],
    phase,
    ...(reason === '' ? {} : { reason }),
    ...(message === '' ? {} : { message }),
    since,
    ...(code === undefined ? {} : { code }),
    ...(completedHash === undefined ? {} : { completedHash }),
  };
}

/** The status after a pass. Counters are there at zero; order is the engine's, so equal outcomes give equal statuses. */
export function tenantStatus(tenant: Tenant, facts: StatusFacts): TenantStatus {
  const { outcome, now } = facts;
  const wanted = outcome.resources.filter(isWanted);
  const groups = group(wanted);
  const { counts } = outcome;
  const conditions: Condition[] = mergeConditions(
    tenant.status.conditions,
    [
      readyCondition(groups, counts.ready, counts.desired),
      progressingCondition(groups, facts.paused),
      conflictedCondition(groups),
      degradedCondition(groups),
    ],
    now,
  );
  const handled = facts.handledReconcile ?? tenant.status.lastHandledReconcile;
  return {
    ...(tenant.metadata.generation === undefined ? {} : { observedGeneration: tenant.metadata.generation }),
    desiredResources: counts.desired,
    readyResources: counts.ready,
    failedResources: counts.failed,
    skippedResources: counts.skipped,
    conflictedResources: counts.conflicted,
    resourcesReady: `${counts.ready}/${counts.desired}`,
    skippedResourceIds: groups.skipped.map(({ id }) => id).sort(),
    appliedResources: wanted
      .filter(({ uid, phase }) => uid !== undefined && phase !== 'Conflicted')
      .map(({ kind, namespace, name, id }) => `${kind}/${namespace ?? ''}/${name}@${id}`)
      .sort(),
    resources: outcome.resources.map(resourceStatus),
    ...(facts.revision === undefined ? {} : { revision: facts.revision }),
    ...(handled === undefined ? {} : { lastHandledReconcile: handled }),
    conditions,
  };
}

/** The status of a tenant that could not even be rendered: its resources stay as the last pass left them. */
export function blockedStatus(tenant: Tenant, reason: string, message: string, degraded: boolean, now: number): TenantStatus {
  const conditions = mergeConditions(
    tenant.status.conditions,
    [
      { type: 'Ready', status: 'False', reason, message },
      { type: 'Progressing', status: 'False', reason, message: '' },
      tenant.status.conditions?.find(({ type }) => type === 'Conflicted') ?? {
        type: 'Conflicted',
        status: 'False',
        reason: 'NoConflict',
        message: '',
      },
      degraded
        ? { type: 'Degraded', status: 'True', reason, message }
        : { type: 'Degraded', status: 'False', reason: 'Healthy', message: '' },
    ],
    now,
  );
  const { desiredResources = 0, readyResources = 0, failedResources = 0, skippedResources = 0, conflictedResources = 0 } = tenant.status;
  return {
    ...tenant.status,
    ...(tenant.metadata.generation === undefined ? {} : { observedGeneration: tenant.metadata.generation }),
    desiredResources,
    readyResources,
    failedResources,
    skippedResources,
    conflictedResources,
    resourcesReady: `${readyResources}/${desiredResources}`,
    conditions,
  };
}
