import type { Digest } from '../observe/digest.ts';
import type { Resource } from '../prepare/resource.ts';
import { notReady, type Readiness } from '../readiness/readiness.ts';
import { type Judgement, waiting } from './judgement.ts';
import type { DecideContext, Observation } from './observation.ts';

/** State of an object that is as wanted: ready, on its way, or late. */
export function settled(resource: Resource, digest: Digest, observation: Observation, context: DecideContext): Judgement {
  const { id, rules, hash } = resource;
  const readiness = readinessOf(resource, digest, observation);
  const completed = readiness.completed === true ? { completedHash: hash } : {};
  const done: Judgement = { id, phase: 'Ready', reason: '', message: '', satisfied: true, broken: false, ...completed };
  if (!rules.waitForReady) return done;
  if (readiness.ready) return { ...done, reason: readiness.reason, message: readiness.message };
  return late(resource, readiness, observation, context);
}

export function readinessOf(resource: Resource, digest: Digest, observation: Observation): Readiness {
  if (resource.readiness) {
    if (digest.object) return resource.readiness(digest.object);
    return notReady('NotObserved', 'the object has not been read yet');
  }
  if (digest.readiness.unboundClass !== undefined && observation.waitsForConsumer) {
    return { ready: true, reason: 'WaitsForFirstConsumer', message: 'bound when a pod uses it' };
  }
  return digest.readiness;
}

/** Time runs from the pass that first saw it waiting; a write for another reason than drift starts it anew. */
function late(resource: Resource, readiness: Readiness, observation: Observation, context: DecideContext): Judgement {
  const { id, rules } = resource;
  const prior = context.pass.restarted.has(id) ? undefined : observation.prior;
  const wasWaiting = prior?.phase === 'WaitingForReady';
  const since = wasWaiting && prior?.since !== undefined ? Date.parse(prior.since) : context.now;
  const leftMs = since + rules.timeoutSeconds * 1000 - context.now;
  const words = { id, reason: readiness.reason, message: readiness.message };
  if (prior?.phase === 'TimedOut' || leftMs <= 0) {
    const message = `not ready after ${rules.timeoutSeconds} s: ${readiness.message}`;
    return waiting('TimedOut', { id, reason: 'ReadinessTimeout', message }, { code: 'ReadinessTimeout' });
  }
  return waiting('WaitingForReady', words, { wakeInMs: leftMs });
}
