import type { ClusterController } from '../../controllers/contract.ts';
import { act, actOrThrow, hasReason } from '../machinery/action.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { CRON_JOB, JOB } from '../machinery/kinds.ts';
import { controllerKey, isControlledBy, keyOf, refOfKey, uidOf } from '../machinery/objects.ts';
import { decide } from './decide.ts';

/** Starts Jobs on schedules. */
export function cronJobController(): ClusterController {
  return new KeyedController({
    name: 'cronjob',
    component: 'cronjob-controller',
    watches: [
      { kind: CRON_JOB, keys: ({ type, object }) => (type === 'DELETED' ? [] : [keyOf(object)]) },
      { kind: JOB, keys: ({ object }) => [controllerKey(object, CRON_JOB)] },
    ],
    reconcile: async (key, { api, events }) => {
      const cron = api.peek(refOfKey(CRON_JOB, key));
      if (!cron) return undefined;
      const jobs = api.ownedBy(uidOf(cron), JOB).filter((job) => isControlledBy(job, cron));
      const decision = decide(cron, jobs, api.clock.now());
      const failure = await act(api, events, decision.actions);
      // A Job of this name was started before the status could say so.
      const started = failure?.action.do === 'create' && hasReason(failure.error, 'AlreadyExists');
      if (failure && !started) throw failure.error;
      if (decision.status) await actOrThrow(api, events, [{ do: 'status', object: decision.status }]);
      return decision.requeueAfterMs;
    },
  });
}
