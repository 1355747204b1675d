import type { KubeObject } from '@caretaker/kube';
import type { ClusterApi, ClusterController } from '../../controllers/contract.ts';
import { actOrThrow, hasReason } from '../machinery/action.ts';
import { conditionIs } from '../machinery/conditions.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { LEASE, NODE } from '../machinery/kinds.ts';
import { annotationsOf, isDeleting, keyOf, nameOf, refOfKey, uidOf } from '../machinery/objects.ts';
import { fields, flag, items, rfc3339, rfc3339Micro, sameJson, text } from '../machinery/read.ts';

export interface NodeOptions {
  /** Names of the nodes that exist from the start. */
  names: readonly string[];
  capacity: Readonly<Record<string, string>>;
  kubeletVersion: string;
}

export const DEFAULT_NODES: NodeOptions = {
  names: ['node-1', 'node-2'],
  capacity: { cpu: '1k', memory: '1Ti', pods: '1M', 'ephemeral-storage': '1Ti' },
  kubeletVersion: 'v1.36.3',
};

const UNSCHEDULABLE = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
const TTL = 'node.alpha.kubernetes.io/ttl';
/** The apiserver puts it on every new node; it goes when the node is ready. */
const NOT_READY = 'node.kubernetes.io/not-ready';

/**
 * The cluster's nodes: made at the start, healthy for ever (any Node that a user adds becomes ready as well), tainted while cordoned. Their leases are
 * written once: nothing watches for their renewal, and a quiet cluster makes no writes.
 */
export function nodeController(options: NodeOptions = DEFAULT_NODES): ClusterController {
  return new KeyedController({
    name: 'node',
    component: 'node-controller',
    begin: ({ api, enqueue }) => {
      void createNodes(api, options).then(
        () => options.names.forEach(enqueue),
        (error: unknown) => api.logger.warn('nodes not created', { error: error instanceof Error ? error.message : String(error) }),
      );
    },
    watches: [{ kind: NODE, keys: ({ type, object }) => (type === 'DELETED' ? [] : [keyOf(object)]) }],
    reconcile: async (key, { api, events }) => {
      const node = api.peek(refOfKey(NODE, key));
      if (!node || isDeleting(node)) return undefined;
      const status = nodeStatus(node, options, api.clock.now());
      if (!sameJson(status, fields(node, 'status'))) {
        await actOrThrow(api.as(api.user, 'kubelet'), events, [{ do: 'status', object: { ...node, status } }]);
        return 0;
      }
      const tainted = withStateTaints(node, api.clock.now());
      if (tainted) await actOrThrow(api, events, [{ do: 'update', object: tainted }]);
      // how long kubelets may keep what they read: no time in a small cluster
      if (annotationsOf(node)[TTL] === undefined) {
        const annotations = { ...annotationsOf(node), [TTL]: '0' };
        await actOrThrow(api, events, [{ do: 'update', object: { ...node, metadata: { ...node.metadata, annotations } } }]);
      }
      await ensureLease(api, node);
      return undefined;
    },
  });
}

async function createNodes(api: ClusterApi, options: NodeOptions): Promise<void> {
  for (const name of options.names) {
    const labels = {
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      'node-role.kubernetes.io/worker': '',
    };
    try {
      await api.create({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: {} });
    } catch (error) {
      if (!hasReason(error, 'AlreadyExists')) throw error;
    }
  }
}

/** The node with the taints that follow from its state (cordoned, not ready); undefined when they are right already. */
export function withStateTaints(node: KubeObject, now: number): KubeObject | undefined {
  const taints = items(node, 'spec', 'taints');
  const wanted = [
    ...(flag(node, 'spec', 'unschedulable') ? [{ ...UNSCHEDULABLE, timeAdded: rfc3339(now) }] : []),
    ...(conditionIs(node, 'Ready') ? [] : [{ key: NOT_READY, effect: 'NoSchedule' }]),
  ];
  const managed = [UNSCHEDULABLE.key, NOT_READY];
  const isManaged = (taint: unknown): boolean => managed.includes(text(taint, 'key'));
  const present = taints.filter(isManaged).map((taint) => text(taint, 'key'));
  if (present.length === wanted.length && wanted.every(({ key }) => present.includes(key))) return undefined;
  const { taints: _taints, ...spec } = fields(node, 'spec');
  // One that stays keeps the time at which it came.
  const kept = wanted.map((taint) => taints.find((old) => text(old, 'key') === taint.key) ?? taint);
  const next = [...taints.filter((taint) => !isManaged(taint)), ...kept];
  return { ...node, spec: next.length > 0 ? { ...spec, taints: next } : spec };
}

const CONDITIONS = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
] as const;

/** A healthy node's status. What is there already stays: users may have set other capacities. */
export function nodeStatus(node: KubeObject, options: NodeOptions, now: number): Record<string, unknown> {
  const live = fields(node, 'status');
  const number = options.names.indexOf(nameOf(node)) + 1;
  const capacity = Object.keys(fields(live, 'capacity')).length > 0 ? live['capacity'] : { ...options.capacity };
  const conditions = [...items(live, 'conditions')];
  for (const [type, status, reason, message] of CONDITIONS) {
    if (conditions.some((condition) => text(condition, 'type') === type)) continue;
    conditions.push({ type, status, lastHeartbeatTime: rfc3339(now), lastTransitionTime: rfc3339(now), reason, message });
  }
  const addresses = items(live, 'addresses');
  const address = `192.0.2.${number > 0 ? number + 9 : 100 + (nameOf(node).length % 100)}`;
  return {
    ...live,
    capacity,
    allocatable: Object.keys(fields(live, 'allocatable')).length > 0 ? live['allocatable'] : capacity,
    conditions,
    addresses:
      addresses.length > 0
        ? addresses
        : [
            { type: 'InternalIP', address },
            { type: 'Hostname', address: nameOf(node) },
          ],
    daemonEndpoints: live['daemonEndpoints'] ?? { kubeletEndpoint: { Port: 0 } },
    nodeInfo:
      'machineID' in fields(live, 'nodeInfo') && text(live, 'nodeInfo', 'kubeletVersion') !== ''
        ? live['nodeInfo']
        : nodeInfo(node, options),
  };
}

function nodeInfo(node: KubeObject, { kubeletVersion }: NodeOptions): Record<string, string> {
  return {
    machineID: uidOf(node).replaceAll('-', ''),
    systemUUID: uidOf(node),
    bootID: uidOf(node),
    kernelVersion: 'simulated',
    osImage: 'Caretaker devcluster',
    containerRuntimeVersion: 'devcluster://1.0',
    kubeletVersion,
    kubeProxyVersion: '',
    operatingSystem: 'linux',
    architecture: 'amd64',
  };
}

async function ensureLease(api: ClusterApi, node: KubeObject): Promise<void> {
  const name = nameOf(node);
  const ref = { ...LEASE, namespace: 'kube-node-lease', name };
  if (api.peek(ref)) return;
  const now = api.clock.now();
  const owner = { apiVersion: 'v1', kind: 'Node', name, uid: uidOf(node) };
  await api.as(api.user, 'kubelet').create({
    ...LEASE,
    metadata: { name, namespace: 'kube-node-lease', ownerReferences: [owner] },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: rfc3339Micro(now) },
  });
}
