import { groupKind, hasPodTemplate } from '../marks/pod-labels.ts';
import type { Digest } from '../observe/digest.ts';
import type { Resource } from '../prepare/resource.ts';
import type { Cause, WriteAction } from '../types/action.ts';
import type { Observation } from './observation.ts';
import { yieldsReplicas } from './replicas.ts';

export interface WriteReason {
  cause: Cause;
  force: boolean;
  fields?: readonly string[];
  contested?: boolean;
}

/** The write of one resource, onto the object as observed. */
export function writeAction(resource: Resource, observation: Observation, reason: WriteReason): WriteAction {
  const { digest, memory } = observation;
  const { id, ref, rules } = resource;
  return {
    type: 'write',
    id,
    ref,
    strategy: rules.patchStrategy,
    cause: reason.cause,
    force: reason.force,
    existing: digest && { uid: digest.uid, resourceVersion: digest.resourceVersion },
    podLabels: podLabelsFor(resource, digest),
    claimLabels: !digest || digest.claimsLabelled === true,
    yieldReplicas: yieldsReplicas(resource, digest, observation.autoscaled),
    fields: reason.fields ?? [],
    contested: reason.contested ?? false,
    recreation: digest === undefined && memory.failure?.code === 'Immutable',
  };
}

/**
 * Pod labels go in at creation. On a workload that lived without them the template keeps as it is until something else in it changes, since
 * a label alone would restart every pod; an existing Job cannot change at all (DESIGN §10.7).
 */
function podLabelsFor(resource: Resource, digest: Digest | undefined): WriteAction['podLabels'] {
  if (!hasPodTemplate(resource.object) || !digest || digest.podLabelled === true) return 'add';
  return groupKind(resource.object) === 'batch/Job' ? 'leave' : 'ifTemplateChanges';
}
