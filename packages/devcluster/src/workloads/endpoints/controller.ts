import type { KubeObject } from '@caretaker/kube';
import type { ClusterController } from '../../controllers/contract.ts';
import { actOrThrow } from '../machinery/action.ts';
import type { PassContext } from '../machinery/keyed-controller.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { ENDPOINT_SLICE, ENDPOINTS, POD, SERVICE } from '../machinery/kinds.ts';
import { LabelIndex } from '../machinery/label-index.ts';
import { controllerKey, isDeleting, keyOf, labelsOf, namespaceOf, refOfKey, uidOf } from '../machinery/objects.ts';
import { fields, strings } from '../machinery/read.ts';
import { mapSelector } from '../machinery/selector.ts';
import { backendsOf } from './backends.ts';
import { decideEndpoints, decideSlices, hasBackends } from './decide.ts';
import { ServiceIndex } from './service-index.ts';

/** Keeps Endpoints and EndpointSlices of Services with a selector. */
export function endpointsController(): ClusterController {
  const pods = new LabelIndex();
  const services = new ServiceIndex();
  const selecting = (pod: KubeObject | undefined): string[] => (pod ? services.selecting(namespaceOf(pod), labelsOf(pod)) : []);

  return new KeyedController({
    name: 'endpoints',
    component: 'endpoint-controller',
    watches: [
      {
        kind: SERVICE,
        keys: (event) => {
          services.handle(event);
          return [keyOf(event.object)];
        },
      },
      {
        kind: POD,
        keys: (event) => {
          pods.handle(event);
          return [...selecting(event.object), ...selecting(event.previous)];
        },
      },
      { kind: ENDPOINTS, keys: ({ object }) => (services.has(keyOf(object)) ? [keyOf(object)] : []) },
      { kind: ENDPOINT_SLICE, keys: ({ object }) => [controllerKey(object, SERVICE)] },
    ],
    reconcile: (key, context) => reconcile(key, context, pods),
  });
}

async function reconcile(key: string, { api, events }: PassContext, pods: LabelIndex): Promise<undefined> {
  const service = api.peek(refOfKey(SERVICE, key));
  const endpoints = api.peek(refOfKey(ENDPOINTS, key));
  if (!service) {
    // Endpoints made by hand stay: only those of this controller carry its label.
    const ours = endpoints && labelsOf(endpoints)['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller';
    if (ours) await actOrThrow(api, events, [{ do: 'delete', object: endpoints }]);
    return undefined;
  }
  if (isDeleting(service) || !hasBackends(service)) return undefined;
  const selector = fields(service, 'spec', 'selector');
  const selected = pods.select(namespaceOf(service), strings(selector), mapSelector(selector));
  const backends = backendsOf(service, selected);
  await actOrThrow(api, events, decideEndpoints(service, backends, endpoints, api.clock.now()));
  await actOrThrow(api, events, decideSlices(service, backends, api.ownedBy(uidOf(service), ENDPOINT_SLICE), api.clock.now()));
  return undefined;
}
