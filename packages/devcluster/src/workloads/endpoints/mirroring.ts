import type { KubeObject } from '@caretaker/kube';
import type { ClusterController } from '../../controllers/contract.ts';
import type { Action } from '../machinery/action.ts';
import { actOrThrow } from '../machinery/action.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { ENDPOINT_SLICE, ENDPOINTS, SERVICE } from '../machinery/kinds.ts';
import {
  annotationsOf,
  controllerKey,
  controllerReference,
  isDeleting,
  keyOf,
  labelsOf,
  nameOf,
  namespaceOf,
  refOfKey,
  uidOf,
} from '../machinery/objects.ts';
import { at, fields, items, sameJson, text } from '../machinery/read.ts';

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const MANAGER = 'endpointslicemirroring-controller.k8s.io';
const SKIP = 'endpointslice.kubernetes.io/skip-mirror';
/** Members of an Endpoints object's metadata that its mirror does not take over. */
const NOT_MIRRORED = new Set(['endpoints.kubernetes.io/last-change-trigger-time', 'kubectl.kubernetes.io/last-applied-configuration']);

/** Endpoints that somebody wrote by hand, for Services without a selector, are shown as EndpointSlices too. */
export function mirroringController(): ClusterController {
  return new KeyedController({
    name: 'endpointslice-mirroring',
    component: 'endpoint-slice-mirroring-controller',
    watches: [
      { kind: ENDPOINTS, keys: ({ object }) => [keyOf(object)] },
      { kind: SERVICE, keys: ({ object }) => [keyOf(object)] },
      { kind: ENDPOINT_SLICE, keys: ({ object }) => (labelsOf(object)[MANAGED_BY] === MANAGER ? [controllerKey(object, ENDPOINTS)] : []) },
    ],
    reconcile: async (key, { api, events }) => {
      const endpoints = api.peek(refOfKey(ENDPOINTS, key));
      if (!endpoints || isDeleting(endpoints)) return undefined;
      const live = api.ownedBy(uidOf(endpoints), ENDPOINT_SLICE).filter((slice) => labelsOf(slice)[MANAGED_BY] === MANAGER);
      await actOrThrow(api, events, decideMirror(endpoints, api.peek(refOfKey(SERVICE, key)), live));
      return undefined;
    },
  });
}

/** Slices to write and remove, so that there is one for each subset and family of addresses. */
export function decideMirror(endpoints: KubeObject, service: KubeObject | undefined, live: readonly KubeObject[]): Action[] {
  const mirrored =
    service !== undefined &&
    at(service, 'spec', 'selector') === undefined &&
    labelsOf(endpoints)[SKIP] !== 'true' &&
    !isLeaderLock(endpoints);
  const wanted = mirrored ? items(endpoints, 'subsets').flatMap((subset) => slicesOf(endpoints, subset)) : [];
  const spare = [...live];
  const actions = wanted.flatMap((slice): Action[] => {
    const place = spare.findIndex((old) => text(old, 'addressType') === slice['addressType'] && sameJson(portKeys(old), portKeys(slice)));
    const [current] = place < 0 ? [] : spare.splice(place, 1);
    if (!current) return [{ do: 'create', object: slice }];
    const same = sameJson(items(current, 'endpoints'), slice['endpoints']) && sameJson(labelsOf(current), labelsOf(slice));
    if (same) return [];
    const { metadata: _metadata, ...body } = slice;
    return [{ do: 'update', object: { ...current, ...body, metadata: { ...current.metadata, labels: { ...labelsOf(slice) } } } }];
  });
  return [...actions, ...spare.map((object): Action => ({ do: 'delete', object }))];
}

function portKeys(slice: unknown): unknown[] {
  return items(slice, 'ports').map((port) => [
    text(port, 'name'),
    at(port, 'port'),
    text(port, 'protocol') || 'TCP',
    text(port, 'appProtocol'),
  ]);
}

/** Leader election once kept its lock on Endpoints. */
function isLeaderLock(endpoints: KubeObject): boolean {
  return 'control-plane.alpha.kubernetes.io/leader' in annotationsOf(endpoints);
}

function slicesOf(endpoints: KubeObject, subset: unknown): KubeObject[] {
  const all = [
    ...items(subset, 'addresses').map((address) => ({ address, ready: true })),
    ...items(subset, 'notReadyAddresses').map((address) => ({ address, ready: false })),
  ];
  return (['IPv4', 'IPv6'] as const).flatMap((addressType) => {
    const members = all.filter(({ address }) => text(address, 'ip').includes(':') === (addressType === 'IPv6'));
    if (members.length === 0) return [];
    const annotations = Object.fromEntries(Object.entries(annotationsOf(endpoints)).filter(([name]) => !NOT_MIRRORED.has(name)));
    return [
      {
        ...ENDPOINT_SLICE,
        metadata: {
          generateName: `${nameOf(endpoints)}-`,
          namespace: namespaceOf(endpoints),
          labels: { ...labelsOf(endpoints), [MANAGED_BY]: MANAGER, 'kubernetes.io/service-name': nameOf(endpoints) },
          ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
          ownerReferences: [controllerReference({ ...endpoints, ...ENDPOINTS })],
        },
        addressType,
        endpoints: members.map(({ address, ready }) => ({
          addresses: [text(address, 'ip')],
          conditions: { ready },
          ...(text(address, 'hostname') ? { hostname: text(address, 'hostname') } : {}),
          ...(text(address, 'nodeName') ? { nodeName: text(address, 'nodeName') } : {}),
          ...(at(address, 'targetRef') === undefined ? {} : { targetRef: { ...fields(address, 'targetRef') } }),
        })),
        ports: items(subset, 'ports').map((port) => ({ name: text(port, 'name'), protocol: 'TCP', ...fields(port) })),
      },
    ];
  });
}
