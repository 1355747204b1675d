import type { KubeObject } from '@caretaker/kube';
import { flag, integer, text } from '../machinery/read.ts';

/** Held by every pod of a Job until it is counted. */
export const TRACKING = 'batch.kubernetes.io/job-tracking';

export interface JobPolicy {
  parallelism: number;
  /** Undefined: a work queue, done when any pod succeeded and none is left. */
  completions: number | undefined;
  backoffLimit: number;
  indexed: boolean;
  suspended: boolean;
  activeDeadlineSeconds: number | undefined;
  ttlSeconds: number | undefined;
}

export function policyOf(job: KubeObject): JobPolicy {
  return {
    parallelism: integer(job, 'spec', 'parallelism') ?? 1,
    completions: integer(job, 'spec', 'completions'),
    backoffLimit: integer(job, 'spec', 'backoffLimit') ?? 6,
    indexed: text(job, 'spec', 'completionMode') === 'Indexed',
    suspended: flag(job, 'spec', 'suspend'),
    activeDeadlineSeconds: integer(job, 'spec', 'activeDeadlineSeconds'),
    ttlSeconds: integer(job, 'spec', 'ttlSecondsAfterFinished'),
  };
}

/** Why a Job ends. */
export interface Verdict {
  type: 'Complete' | 'Failed';
  reason: string;
  message: string;
}
