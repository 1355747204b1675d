import type { KubeObject, Timer } from '@caretaker/kube';
import type { ClusterApi, ClusterController } from '../../controllers/contract.ts';
import { EVENT } from '../machinery/kinds.ts';
import { createdAt, keyOf, refOfKey, uidOf } from '../machinery/objects.ts';
import { instant } from '../machinery/read.ts';

/** Events live for an hour after they were last told, as with the apiserver's default --event-ttl. */
const LIFETIME_MS = 3_600_000;

/** Removes events that are older than an hour. */
export function eventCollector(): ClusterController {
  /** Key -> uid; in order of their last change, so that the first is the next to go. */
  const events = new Map<string, { uid: string; last: number }>();
  let timer: Timer | undefined;
  let unwatch: (() => void) | undefined;

  const sweep = async (api: ClusterApi): Promise<void> => {
    timer = undefined;
    for (const [key, { uid, last }] of events) {
      if (last + LIFETIME_MS > api.clock.now()) break;
      events.delete(key);
      await api.delete(refOfKey(EVENT, key), { uid }).catch(() => undefined);
    }
    schedule(api);
  };
  const schedule = (api: ClusterApi): void => {
    const [first] = events.values();
    if (timer || !first) return;
    timer = api.clock.after(Math.max(1000, first.last + LIFETIME_MS - api.clock.now()), () => void sweep(api));
  };
  const lastTold = (event: KubeObject): number =>
    instant(event, 'lastTimestamp') ?? instant(event, 'series', 'lastObservedTime') ?? createdAt(event);

  return {
    name: 'event-ttl',
    start: (api) => {
      unwatch = api.watch(EVENT, ({ type, object }) => {
        events.delete(keyOf(object));
        if (type === 'DELETED') return;
        events.set(keyOf(object), { uid: uidOf(object), last: lastTold(object) });
        schedule(api);
      });
    },
    stop: () => {
      unwatch?.();
      timer?.cancel();
    },
  };
}
