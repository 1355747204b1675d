import { digNumber, digString } from '../json/value.ts';
import { conditionOf, generationLag } from './conditions.ts';
import { isReady, notReady, type Readiness } from './readiness.ts';

/** spec.replicas, 1 when left out (the API's default). 0 counts as satisfied (DESIGN §10.10). */
function wantedReplicas(object: unknown): number {
  return digNumber(object, 'spec', 'replicas') ?? 1;
}

function count(object: unknown, name: string): number {
  return digNumber(object, 'status', name) ?? 0;
}

function unobserved(object: unknown): Readiness | undefined {
  if (digNumber(object, 'status', 'observedGeneration') === undefined) return notReady('GenerationNotObserved', 'no status yet');
  return generationLag(object);
}

export function deployment(object: unknown): Readiness {
  const waiting = unobserved(object);
  if (waiting) return waiting;
  const wanted = wantedReplicas(object);
  const progressing = conditionOf(object, 'Progressing');
  const stuck = progressing?.status === 'False' && progressing.reason === 'ProgressDeadlineExceeded';
  const short = (what: string, have: number): Readiness =>
    stuck
      ? notReady('ProgressDeadlineExceeded', `${have} of ${wanted} replicas ${what}: ${progressing.message}`)
      : notReady(what === 'updated' ? 'ReplicasNotUpdated' : 'ReplicasUnavailable', `${have} of ${wanted} replicas ${what}`);
  const updated = count(object, 'updatedReplicas');
  if (updated < wanted) return short('updated', updated);
  const available = count(object, 'availableReplicas');
  if (available < wanted) return short('available', available);
  const old = count(object, 'replicas') - updated;
  return old > 0 ? notReady('OldReplicasTerminating', `${old} old replicas are still there`) : isReady;
}

export function statefulSet(object: unknown): Readiness {
  const waiting = unobserved(object);
  if (waiting) return waiting;
  const wanted = wantedReplicas(object);
  const ready = count(object, 'readyReplicas');
  if (ready < wanted) return notReady('ReplicasUnavailable', `${ready} of ${wanted} replicas ready`);
  if (digString(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') return isReady;
  const partition = digNumber(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  const mustUpdate = Math.max(0, wanted - partition);
  const updated = count(object, 'updatedReplicas');
  return updated < mustUpdate ? notReady('ReplicasNotUpdated', `${updated} of ${mustUpdate} replicas updated`) : isReady;
}

/** A DaemonSet that no node wants counts as satisfied (DESIGN §10.10). */
export function daemonSet(object: unknown): Readiness {
  const waiting = unobserved(object);
  if (waiting) return waiting;
  const wanted = count(object, 'desiredNumberScheduled');
  if (digString(object, 'spec', 'updateStrategy', 'type') !== 'OnDelete') {
    const updated = count(object, 'updatedNumberScheduled');
    if (updated < wanted) return notReady('PodsNotUpdated', `${updated} of ${wanted} pods updated`);
  }
  const available = count(object, 'numberAvailable');
  return available < wanted ? notReady('PodsUnavailable', `${available} of ${wanted} pods available`) : isReady;
}

export function replicaSet(object: unknown): Readiness {
  const waiting = unobserved(object);
  if (waiting) return waiting;
  const wanted = wantedReplicas(object);
  const available = count(object, 'availableReplicas');
  return available < wanted ? notReady('ReplicasUnavailable', `${available} of ${wanted} replicas available`) : isReady;
}

export function job(object: unknown): Readiness {
  const failed = conditionOf(object, 'Failed');
  if (failed?.status === 'True') return notReady('JobFailed', failed.message || failed.reason || 'the Job failed');
  if (conditionOf(object, 'Complete')?.status === 'True') return { ...isReady, completed: true };
  if (conditionOf(object, 'Suspended')?.status === 'True') return { ready: true, reason: 'JobSuspended', message: 'the Job is suspended' };
  return notReady('JobRunning', `${count(object, 'succeeded')} of ${digNumber(object, 'spec', 'completions') ?? 1} completions`);
}

export function pod(object: unknown): Readiness {
  const phase = digString(object, 'status', 'phase') ?? 'Pending';
  if (phase === 'Succeeded') return isReady;
  if (phase === 'Failed') return notReady('PodFailed', digString(object, 'status', 'message') ?? 'the pod failed');
  if (conditionOf(object, 'Ready')?.status === 'True') return isReady;
  return notReady('PodNotReady', `the pod is ${phase}`);
}
