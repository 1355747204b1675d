import type { KubeObject } from '@caretaker/kube';
import { isDeleting } from '../machinery/objects.ts';
import { phaseOf } from '../machinery/pods.ts';
import { flag, integer, text } from '../machinery/read.ts';

/** Held by every pod of a Job until it is counted. */
export const TRACKING = 'batch.kubernetes.io/job-tracking';

export interface JobPolicy {
  parallelism: number;
  /** Undefined: a work queue, done when any pod succeeded and none is left. */
  completions: number | undefined;
  backoffLimit: number;
  backoffLimitPerIndex: number | undefined;
  maxFailedIndexes: number | undefined;
  indexed: boolean;
  suspended: boolean;
  /** A pod is replaced only once it has failed, not when its deletion begins. */
  replaceFailedOnly: boolean;
  activeDeadlineSeconds: number | undefined;
  ttlSeconds: number | undefined;
}

export function policyOf(job: KubeObject): JobPolicy {
  return {
    parallelism: integer(job, 'spec', 'parallelism') ?? 1,
    completions: integer(job, 'spec', 'completions'),
    backoffLimit: integer(job, 'spec', 'backoffLimit') ?? 6,
    backoffLimitPerIndex: integer(job, 'spec', 'backoffLimitPerIndex'),
    maxFailedIndexes: integer(job, 'spec', 'maxFailedIndexes'),
    indexed: text(job, 'spec', 'completionMode') === 'Indexed',
    suspended: flag(job, 'spec', 'suspend'),
    replaceFailedOnly: text(job, 'spec', 'podReplacementPolicy') === 'Failed',
    activeDeadlineSeconds: integer(job, 'spec', 'activeDeadlineSeconds'),
    ttlSeconds: integer(job, 'spec', 'ttlSecondsAfterFinished'),
  };
}

export function isTracked(pod: KubeObject): boolean {
  return pod.metadata.finalizers?.includes(TRACKING) === true;
}

/** Has this pod failed, as far as its Job is concerned? One on its way out has, unless only pods that ended are replaced. */
export function isFailed(pod: KubeObject, policy: JobPolicy): boolean {
  if (phaseOf(pod) === 'Failed') return true;
  return !policy.replaceFailedOnly && isDeleting(pod) && phaseOf(pod) !== 'Succeeded';
}

/** Why a Job ends. */
export interface Verdict {
  type: 'Complete' | 'Failed';
  reason: string;
  message: string;
}
