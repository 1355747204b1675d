import type { ClusterController } from '../../controllers/contract.ts';
import { actOrThrow } from '../machinery/action.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { NODE, POD } from '../machinery/kinds.ts';
import { isDeleting, keyOf, nameOf, refOfKey } from '../machinery/objects.ts';
import { isFinished } from '../machinery/pods.ts';
import { fields, text } from '../machinery/read.ts';

/** Removes pods whose node is gone, and ends those that go before they had one. */
export function podCollector(): ClusterController {
  return new KeyedController({
    name: 'pod-garbage-collector',
    component: 'pod-garbage-collector',
    watches: [
      // A pod that is deleted before it has a node has nobody to end it.
      {
        kind: POD,
        keys: ({ type, object }) =>
          type !== 'DELETED' && isDeleting(object) && text(object, 'spec', 'nodeName') === '' ? [` ${keyOf(object)}`] : [],
      },
      { kind: NODE, keys: ({ type, object }) => (type === 'DELETED' ? [nameOf(object)] : []) },
    ],
    reconcile: async (name, { api, events }) => {
      if (name.startsWith(' ')) {
        const pod = api.peek(refOfKey(POD, name.slice(1)));
        if (!pod || isFinished(pod)) return undefined;
        await actOrThrow(api, events, [
          { do: 'status', object: { ...pod, status: { ...fields(pod, 'status'), phase: 'Failed' } } },
          { do: 'delete', object: pod, gracePeriodSeconds: 0 },
        ]);
        return undefined;
      }
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
