import type { KubeObject } from '@caretaker/kube';
import type { ClusterController } from '../../controllers/contract.ts';
import { actOrThrow } from '../machinery/action.ts';
import { fnv32 } from '../machinery/hash.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { INGRESS, SERVICE } from '../machinery/kinds.ts';
import { isDeleting, keyOf, refOfKey, uidOf } from '../machinery/objects.ts';
import { fields, items, sameJson, text } from '../machinery/read.ts';

/** Addresses for documentation (RFC 5737): nothing outside can be meant by them. */
const NETWORK = '203.0.113';

/** Gives Services of type LoadBalancer an external address, and takes it back when the type changes. */
export function loadBalancerController(): ClusterController {
  return new KeyedController({
    name: 'service-lb',
    component: 'service-controller',
    watches: [{ kind: SERVICE, keys: ({ type, object }) => (type === 'DELETED' ? [] : [keyOf(object)]) }],
    reconcile: async (key, { api, events }) => {
      const service = api.peek(refOfKey(SERVICE, key));
      if (!service || isDeleting(service)) return undefined;
      const loadBalancer = serviceLoadBalancer(service);
      if (sameJson(loadBalancer, fields(service, 'status', 'loadBalancer'))) return undefined;
      const event = { on: service, type: 'Normal' as const };
      const status = { ...fields(service, 'status'), loadBalancer };
      const gained = 'ingress' in loadBalancer;
      await actOrThrow(api, events, [
        ...(gained
          ? [{ do: 'event' as const, event: { ...event, reason: 'EnsuringLoadBalancer', message: 'Ensuring load balancer' } }]
          : []),
        { do: 'status', object: { ...service, status } },
        ...(gained ? [{ do: 'event' as const, event: { ...event, reason: 'EnsuredLoadBalancer', message: 'Ensured load balancer' } }] : []),
      ]);
      return undefined;
    },
  });
}

export function serviceLoadBalancer(service: KubeObject): Record<string, unknown> {
  if (text(service, 'spec', 'type') !== 'LoadBalancer') return {};
  const live = fields(service, 'status', 'loadBalancer');
  // Another implementation serves other classes; what it wrote stays.
  if (text(service, 'spec', 'loadBalancerClass') !== '' || items(live, 'ingress').length > 0) return live;
  const ip = text(service, 'spec', 'loadBalancerIP') || `${NETWORK}.${10 + (fnv32(uidOf(service)) % 240)}`;
  return { ingress: [{ ip, ipMode: 'VIP' }] };
}

/** Plays the ingress controller: every Ingress is served at one address. */
export function ingressController(): ClusterController {
  return new KeyedController({
    name: 'ingress',
    component: 'ingress-controller',
    watches: [{ kind: INGRESS, keys: ({ type, object }) => (type === 'DELETED' ? [] : [keyOf(object)]) }],
    reconcile: async (key, { api, events }) => {
      const ingress = api.peek(refOfKey(INGRESS, key));
      if (!ingress || isDeleting(ingress) || items(ingress, 'status', 'loadBalancer', 'ingress').length > 0) return undefined;
      const status = { ...fields(ingress, 'status'), loadBalancer: { ingress: [{ ip: `${NETWORK}.1` }] } };
      await actOrThrow(api, events, [
        { do: 'status', object: { ...ingress, status } },
        { do: 'event', event: { on: ingress, type: 'Normal', reason: 'Sync', message: 'Scheduled for sync' } },
      ]);
      return undefined;
    },
  });
}
