import type { ObjectRef } from '@caretaker/kube';
import { EngineError } from '../errors/engine-error.ts';
import { objectKey } from '../prepare/object-key.ts';
import type { Owner } from '../types/bundle.ts';
import type { ObservedObject } from '../types/engine.ts';
import type { World } from './world.ts';

/** One object from the caches; from then on its changes wake the owner, also when the owner's bundle does not name it. */
export async function lookup(
  ref: ObjectRef,
  owner: Owner,
  signal: AbortSignal | undefined,
  world: World,
): Promise<ObservedObject | undefined> {
  const fault = world.caches.ready(ref, ref.namespace, false) ? undefined : await world.caches.ensure(ref, ref.namespace, false, signal);
  if (fault) throw new EngineError(fault.code, fault.message);
  const namespaced = world.options.discovery.peek(ref)?.namespaced ?? true;
  const { namespace: _namespace, ...bare } = ref;
  const placed = namespaced ? ref : bare;
  const digest = world.caches.get(placed);
  const entry = world.memories.lookAt(objectKey(placed), owner.key);
  // The caller decides on what it is shown: an event that goes back to an earlier state is news too.
  entry.seen = digest;
  if (!digest) return undefined;
  const labels = Object.entries(world.options.marks.labels(owner));
  return {
    ref: placed,
    uid: digest.uid,
    resourceVersion: digest.resourceVersion,
    deleting: digest.deleting !== undefined,
    annotations: digest.annotations,
    labelled: labels.every(([name, value]) => digest.labels[name] === value),
    paused: digest.paused,
  };
}
