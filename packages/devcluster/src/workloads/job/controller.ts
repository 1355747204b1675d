import type { ClusterController } from '../../controllers/contract.ts';
import { actOrThrow } from '../machinery/action.ts';
import type { PassContext } from '../machinery/keyed-controller.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { JOB, POD } from '../machinery/kinds.ts';
import { controllerKey, isControlledBy, keyOf, refOf, refOfKey, uidOf } from '../machinery/objects.ts';
import { isFinished } from '../machinery/pods.ts';
import { text } from '../machinery/read.ts';
import { type BackOff, NO_BACK_OFF } from './back-off.ts';
import { decide } from './decide.ts';
import { TRACKING } from './types.ts';

/** Runs Jobs to completion. */
export function jobController(): ClusterController {
  const backOffs = new BackOffs();
  return new KeyedController({
    name: 'job',
    component: 'job-controller',
    watches: [
      { kind: JOB, keys: ({ object }) => [keyOf(object)] },
      {
        kind: POD,
        keys: ({ object, previous }) => [
          controllerKey(object, JOB),
          previous && controllerKey(previous, JOB),
          // A pod whose Job is gone must not be held by its finalizer for ever.
          object.metadata.finalizers?.includes(TRACKING) ? ` ${keyOf(object)}` : undefined,
        ],
      },
    ],
    reconcile: (key, context) => (key.startsWith(' ') ? freeOrphan(key.slice(1), context) : reconcile(key, context, backOffs)),
  });
}

/** What is remembered of each Job's failures while it runs. */
class BackOffs {
  readonly #byKey = new Map<string, BackOff & { uid: string }>();

  of(key: string, uid: string): BackOff {
    const known = this.#byKey.get(key);
    return known?.uid === uid ? known : NO_BACK_OFF;
  }

  keep(key: string, uid: string, backOff: BackOff): void {
    if (backOff.failuresSinceSuccess > 0) this.#byKey.set(key, { ...backOff, uid });
    else this.forget(key);
  }

  forget(key: string): void {
    this.#byKey.delete(key);
  }
}

async function reconcile(key: string, { api, events }: PassContext, backOffs: BackOffs): Promise<number | undefined> {
  const job = api.peek(refOfKey(JOB, key));
  if (!job) backOffs.forget(key);
  // A Job that another controller manages is none of ours.
  if (!job || !['', 'kubernetes.io/job-controller'].includes(text(job, 'spec', 'managedBy'))) return undefined;
  const pods = api.ownedBy(uidOf(job), POD).filter((pod) => isControlledBy(pod, job));
  const decision = decide(job, pods, backOffs.of(key, uidOf(job)), api.clock.now());
  // Pods are listed as ended before they are let go, and counted after: see Tally.
  if (decision.status) await actOrThrow(api, events, [{ do: 'status', object: decision.status }]);
  backOffs.keep(key, uidOf(job), decision.backOff);
  await actOrThrow(api, events, decision.actions);
  return decision.requeueAfterMs;
}

async function freeOrphan(key: string, { api, events }: PassContext): Promise<undefined> {
  const pod = api.peek(refOfKey(POD, key));
  const owner = pod && controllerKey(pod, JOB);
  if (!pod || (owner !== undefined && api.peek(refOfKey(JOB, owner)))) return undefined;
  if (pod.metadata.deletionTimestamp === undefined && !isFinished(pod)) return undefined;
  const finalizers = (pod.metadata.finalizers ?? []).filter((finalizer) => finalizer !== TRACKING);
  const body = { metadata: { finalizers: finalizers.length > 0 ? finalizers : null } };
  await actOrThrow(api, events, [{ do: 'patch', ref: refOf(pod), patch: { type: 'merge', body } }]);
  return undefined;
}
