import type { KubeObject } from '@caretaker/kube';
import type { Action } from '../machinery/action.ts';
import { controllerReference, labelsOf, nameOf, namespaceOf, uidOf } from '../machinery/objects.ts';
import { at, rfc3339, sameJson, text } from '../machinery/read.ts';
import type { Backend, BackendPort } from './backends.ts';
import { groupByPorts } from './backends.ts';

const PER_SLICE = 100;
const TRIGGERED = 'endpoints.kubernetes.io/last-change-trigger-time';
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const MANAGER = 'endpointslice-controller.k8s.io';

/** Makes the Endpoints object of a Service say what its backends are. */
export function decideEndpoints(service: KubeObject, backends: readonly Backend[], live: KubeObject | undefined, now: number): Action[] {
  const subsets = groupByPorts(backends.filter((backend) => !backend.terminating)).flatMap(({ ports, backends: members }) => {
    const ready = members.filter((member) => member.ready).map(address);
    const unready = members.filter((member) => !member.ready).map(address);
    if (ports.length === 0 && !isHeadless(service)) return [];
    return [
      {
        ...(ready.length > 0 ? { addresses: ready } : {}),
        ...(unready.length > 0 ? { notReadyAddresses: unready } : {}),
        ...(ports.length > 0 ? { ports: ports.map(portOf) } : {}),
      },
    ];
  });
  const labels = {
    ...labelsOf(service),
    'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
    ...(isHeadless(service) ? { 'service.kubernetes.io/headless': '' } : {}),
  };
  const wanted = { ...(subsets.length > 0 ? { subsets } : {}) };
  if (!live) {
    const metadata = { name: nameOf(service), namespace: namespaceOf(service), labels, annotations: triggeredAt(now) };
    return [{ do: 'create', object: { apiVersion: 'v1', kind: 'Endpoints', metadata, ...wanted } }];
  }
  if (sameJson(live['subsets'] ?? [], subsets) && sameJson(labelsOf(live), labels)) return [];
  const { subsets: _old, ...rest } = live;
  return [
    {
      do: 'update',
      object: {
        ...rest,
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: remarked(live, labels, sameJson(live['subsets'] ?? [], subsets) ? undefined : now),
        ...wanted,
      },
    },
  ];
}

/** When the pods last changed; it moves only with a write that is needed anyway. */
function triggeredAt(now: number): Record<string, string> {
  return { [TRIGGERED]: rfc3339(now) };
}

/** Metadata with these labels and the time of the pods' change; a change of the Service alone has none. */
function remarked(live: KubeObject, labels: Record<string, string>, now: number | undefined): KubeObject['metadata'] {
  const { [TRIGGERED]: _old, ...others } = live.metadata.annotations ?? {};
  const annotations = { ...others, ...(now === undefined ? {} : triggeredAt(now)) };
  const { annotations: _annotations, ...metadata } = live.metadata;
  return { ...metadata, labels, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) };
}

function address(backend: Backend): Record<string, unknown> {
  return {
    ip: backend.ip,
    ...(backend.hostname ? { hostname: backend.hostname } : {}),
    nodeName: backend.node,
    targetRef: backend.target,
  };
}

function portOf(port: BackendPort): Record<string, unknown> {
  return {
    ...(port.name ? { name: port.name } : {}),
    port: port.port,
    protocol: port.protocol,
    ...(port.appProtocol ? { appProtocol: port.appProtocol } : {}),
  };
}

/** Makes the EndpointSlices of a Service say what its backends are: at most 100 each, one set for each set of ports. */
export function decideSlices(service: KubeObject, backends: readonly Backend[], live: readonly KubeObject[], now: number): Action[] {
  const ours = live.filter((slice) => labelsOf(slice)[MANAGED_BY] === MANAGER);
  const wanted = groupByPorts(backends).flatMap(({ ports, backends: members }) => chunks(members).map((chunk) => sliceBody(ports, chunk)));
  if (wanted.length === 0) wanted.push(sliceBody([], []));
  const labels = {
    ...labelsOf(service),
    [MANAGED_BY]: MANAGER,
    'kubernetes.io/service-name': nameOf(service),
    ...(isHeadless(service) ? { 'service.kubernetes.io/headless': '' } : {}),
  };
  const actions: Action[] = [];
  const spare = [...ours];
  for (const body of wanted) {
    const equalPorts = spare.findIndex((slice) => sameJson(slice['ports'] ?? null, body.ports));
    const current = spare.splice(Math.max(equalPorts, 0), 1)[0];
    if (!current) actions.push({ do: 'create', object: newSlice(service, { labels, annotations: triggeredAt(now) }, body) });
    else if (!isSame(current, body, labels)) {
      actions.push({
        do: 'update',
        object: {
          ...current,
          metadata: remarked(current, labels, sameJson(current['endpoints'] ?? [], body.endpoints) ? undefined : now),
          ...body,
        },
      });
    }
  }
  for (const slice of spare) actions.push({ do: 'delete', object: slice });
  return actions;
}

interface SliceBody {
  endpoints: Record<string, unknown>[];
  ports: Record<string, unknown>[] | null;
}

function isSame(slice: KubeObject, body: SliceBody, labels: Record<string, string>): boolean {
  return (
    sameJson(slice['endpoints'] ?? [], body.endpoints) && sameJson(slice['ports'] ?? null, body.ports) && sameJson(labelsOf(slice), labels)
  );
}

function sliceBody(ports: readonly BackendPort[], backends: readonly Backend[]): SliceBody {
  return {
    endpoints: backends.map((backend) => ({
      addresses: [backend.ip],
      conditions: { ready: backend.ready, serving: backend.serving, terminating: backend.terminating },
      ...(backend.hostname ? { hostname: backend.hostname } : {}),
      nodeName: backend.node,
      targetRef: backend.target,
    })),
    ports: ports.length > 0 ? ports.map((port) => ({ ...portOf(port), name: port.name })) : null,
  };
}

function newSlice(service: KubeObject, marks: Pick<KubeObject['metadata'], 'labels' | 'annotations'>, body: SliceBody): KubeObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${nameOf(service)}-`,
      namespace: namespaceOf(service),
      ...marks,
      ownerReferences: [controllerReference({ ...service, apiVersion: 'v1', kind: 'Service' })],
    },
    addressType: 'IPv4',
    ...body,
  };
}

function chunks<T>(list: readonly T[]): T[][] {
  const result: T[][] = [];
  for (let index = 0; index < list.length; index += PER_SLICE) result.push(list.slice(index, index + PER_SLICE));
  return result;
}

export function isHeadless(service: KubeObject): boolean {
  return text(service, 'spec', 'clusterIP') === 'None';
}

/** Services whose backends the cluster finds; others have endpoints made by hand, or are names elsewhere. */
export function hasBackends(service: KubeObject): boolean {
  return at(service, 'spec', 'selector') !== undefined && text(service, 'spec', 'type') !== 'ExternalName' && uidOf(service) !== '';
}
