import type { KubeObject } from '@caretaker/kube';
import type { ClusterApi } from '../controllers/contract.ts';
import type { TableColumn, VirtualResource } from '../server/contract.ts';
import { NODE, POD } from '../workloads/machinery/kinds.ts';
import { labelsOf, nameOf, namespaceOf } from '../workloads/machinery/objects.ts';
import { cpuText, memoryText } from '../workloads/machinery/quantities.ts';
import { items, rfc3339, text } from '../workloads/machinery/read.ts';
import type { PodUsage } from './pod-usage.ts';

const GROUP = { group: 'metrics.k8s.io', version: 'v1beta1' };
const API_VERSION = 'metrics.k8s.io/v1beta1';
const WINDOW = '15s';
/** What a node's own system would use. */
const NODE_BASE = { cpu: 0.05, memory: 256 * 1024 * 1024 };

/** PodMetrics and NodeMetrics, computed when they are asked for. */
export function metricsResources(api: ClusterApi, usage: PodUsage): VirtualResource[] {
  const podMetrics = (pod: KubeObject): KubeObject | undefined => {
    const containers = usage.of(pod);
    if (!containers) return undefined;
    return {
      kind: 'PodMetrics',
      apiVersion: API_VERSION,
      metadata: metadataOf(api, pod),
      timestamp: rfc3339(api.clock.now()),
      window: WINDOW,
      containers: containers.map(({ name, cpu, memory }) => ({ name, usage: { cpu: cpuText(cpu), memory: memoryText(memory) } })),
    };
  };
  const nodeMetrics = (node: KubeObject, pods: readonly KubeObject[]): KubeObject => {
    const total = { ...NODE_BASE };
    for (const pod of pods) {
      if (text(pod, 'spec', 'nodeName') !== nameOf(node)) continue;
      for (const { cpu, memory } of usage.of(pod) ?? []) {
        total.cpu += cpu;
        total.memory += memory;
      }
    }
    return {
      kind: 'NodeMetrics',
      apiVersion: API_VERSION,
      metadata: metadataOf(api, node),
      timestamp: rfc3339(api.clock.now()),
      window: WINDOW,
      usage: { cpu: cpuText(total.cpu), memory: memoryText(total.memory) },
    };
  };
  return [
    {
      ...GROUP,
      kind: 'PodMetrics',
      plural: 'pods',
      singular: '',
      namespaced: true,
      get: (namespace, name) => {
        const pod = api.peek({ ...POD, ...(namespace === undefined ? {} : { namespace }), name });
        return pod && podMetrics(pod);
      },
      list: (namespace) => api.list(POD, namespace === undefined ? {} : { namespace }).flatMap((pod) => podMetrics(pod) ?? []),
      columns: columns((object, resource) =>
        items(object, 'containers')
          .map((container) => text(container, 'usage', resource))
          .join(','),
      ),
    },
    {
      ...GROUP,
      kind: 'NodeMetrics',
      plural: 'nodes',
      singular: '',
      namespaced: false,
      get: (_namespace, name) => {
        const node = api.peek({ ...NODE, name });
        return node && nodeMetrics(node, api.list(POD));
      },
      list: () => {
        const pods = api.list(POD);
        return api.list(NODE).map((node) => nodeMetrics(node, pods));
      },
      columns: columns((object, resource) => text(object, 'usage', resource)),
    },
  ];
}

function metadataOf(api: ClusterApi, object: KubeObject): KubeObject['metadata'] {
  const namespace = namespaceOf(object);
  return {
    name: nameOf(object),
    ...(namespace ? { namespace } : {}),
    creationTimestamp: rfc3339(api.clock.now()),
    labels: { ...labelsOf(object) },
  };
}

function columns(read: (object: KubeObject, resource: 'cpu' | 'memory') => string): TableColumn[] {
  return [
    { name: 'Name', type: 'string', format: 'name', cell: (object) => nameOf(object) },
    { name: 'cpu', type: 'string', cell: (object) => read(object, 'cpu') },
    { name: 'memory', type: 'string', cell: (object) => read(object, 'memory') },
    { name: 'Window', type: 'string', cell: (object) => text(object, 'window') },
  ];
}
