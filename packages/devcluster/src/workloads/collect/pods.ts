import type { ClusterController } from '../../controllers/contract.ts';
import { actOrThrow } from '../machinery/action.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { NODE, POD } from '../machinery/kinds.ts';
import { nameOf } from '../machinery/objects.ts';
import { text } from '../machinery/read.ts';

/** Removes pods whose node is gone. */
export function podCollector(): ClusterController {
  return new KeyedController({
    name: 'pod-garbage-collector',
    component: 'pod-garbage-collector',
    watches: [{ kind: NODE, keys: ({ type, object }) => (type === 'DELETED' ? [nameOf(object)] : []) }],
    reconcile: async (name, { api, events }) => {
      if (api.peek({ ...NODE, name })) return undefined;
      const stranded = api.list(POD).filter((pod) => text(pod, 'spec', 'nodeName') === name);
      await actOrThrow(
        api,
        events,
        stranded.map((object) => ({ do: 'delete', object, gracePeriodSeconds: 0 })),
      );
      return undefined;
    },
  });
}
