/** The twelve clusters that golden files are made for. Facts as real clusters of that kind report them, cut to what is read. */
import type { KubeObject } from '@caretaker/kube';
import { buildContext, type Context } from '../src/context/context.ts';
import { relatedImages } from '../src/context/images.ts';
import type { ClusterView, Lookup } from '../src/render/cluster-view.ts';

export interface GoldenContext {
  name: string;
  context: Context;
  view: ClusterView;
}

type Role = 'master' | 'worker' | 'both';

function node(name: string, role: Role, capacity: Record<string, string> = {}, labels: Record<string, string> = {}): KubeObject {
  const roles = {
    ...(role === 'worker' ? {} : { 'node-role.kubernetes.io/master': '', 'node-role.kubernetes.io/control-plane': '' }),
    ...(role === 'master' ? {} : { 'node-role.kubernetes.io/worker': '' }),
  };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { ...roles, ...labels } },
    status: { capacity: { cpu: '16', memory: '64Gi', pods: '250', ...capacity } },
  };
}

function cluster(masters: number, workers: number): KubeObject[] {
  return [
    ...Array.from({ length: masters }, (_, at) => node(`master-${at}`, 'master')),
    ...Array.from({ length: workers }, (_, at) => node(`worker-${at}`, 'worker')),
  ];
}

function infrastructure(platform: string, controlPlaneTopology = 'HighlyAvailable'): KubeObject {
  return {
    apiVersion: 'config.openshift.io/v1',
    kind: 'Infrastructure',
    metadata: { name: 'cluster' },
    status: { controlPlaneTopology, platformStatus: { type: platform } },
  };
}

function scheduler(mastersSchedulable: boolean): KubeObject {
  return { apiVersion: 'config.openshift.io/v1', kind: 'Scheduler', metadata: { name: 'cluster' }, spec: { mastersSchedulable } };
}

export function hyperConverged(annotations: Record<string, string> = {}, spec: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: 'hco.kubevirt.io/v1',
    kind: 'HyperConverged',
    metadata: {
      name: 'kubevirt-hyperconverged',
      namespace: 'openshift-cnv',
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    spec,
  };
}

const key = (name: string): string => `platform.kubevirt.io/${name}`;
const everything = Object.fromEntries(
  [
    'openshift',
    'enable-pci-passthrough',
    'enable-kubelet-performance-settings',
    'enable-mtv',
    'enable-metallb',
    'enable-incident-detection',
  ].map((name) => [key(name), 'true']),
);

/** A descheduler CRD that offers these profiles. */
export function deschedulerCrd(profiles: readonly string[]): KubeObject {
  const schema = { properties: { spec: { properties: { profiles: { type: 'array', items: { type: 'string', enum: profiles } } } } } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'kubedeschedulers.operator.openshift.io' },
    spec: { versions: [{ name: 'v1', storage: true, schema: { openAPIV3Schema: schema } }] },
  };
}

export function deschedulerRules(records: readonly string[]): KubeObject {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'descheduler-rules', namespace: 'openshift-kube-descheduler-operator' },
    spec: { groups: [{ name: 'descheduler', rules: records.map((record) => ({ record, expr: '1' })) }] },
  };
}

/** Objects that lookups find. */
export function viewOf(objects: readonly KubeObject[]): ClusterView {
  return {
    find: (lookup: Lookup) =>
      objects.filter(
        ({ apiVersion, kind, metadata }) =>
          apiVersion === lookup.apiVersion &&
          kind === lookup.kind &&
          (lookup.namespace === undefined || metadata.namespace === lookup.namespace) &&
          (lookup.name === undefined || metadata.name === lookup.name),
      ),
  };
}

const newest = deschedulerCrd(['LongLifecycle', 'DevKubeVirtRelieveAndMigrate', 'KubeVirtRelieveAndMigrate']);
const older = deschedulerCrd(['LongLifecycle', 'DevKubeVirtRelieveAndMigrate']);
const oldest = deschedulerCrd(['LongLifecycle']);
const memoryRule = deschedulerRules(['descheduler:node:linear_amplified_ideal_point_positive_distance:k3:avg1m']);
const cpuRule = deschedulerRules(['descheduler:combined_utilization_and_pressure:avg1m']);

function golden(
  name: string,
  facts: {
    nodes: readonly KubeObject[];
    infrastructure?: KubeObject;
    scheduler?: KubeObject;
    hco?: KubeObject;
    env?: Record<string, string>;
  },
  objects: readonly KubeObject[] = [newest, memoryRule],
): GoldenContext {
  const context = buildContext({
    hco: facts.hco ?? hyperConverged(),
    nodes: facts.nodes,
    infrastructure: facts.infrastructure,
    scheduler: facts.scheduler,
    images: relatedImages(facts.env ?? {}),
  });
  return { name, context, view: viewOf(objects) };
}

const migration = { virtualization: { liveMigrationConfig: { parallelMigrationsPerCluster: 45, parallelOutboundMigrationsPerNode: 20 } } };

export const goldenContexts: readonly GoldenContext[] = [
  golden('bare-metal-ha', { nodes: cluster(3, 3), infrastructure: infrastructure('BareMetal'), scheduler: scheduler(false) }),
  golden('compact', {
    nodes: [0, 1, 2].map((at) => node(`master-${at}`, 'both')),
    infrastructure: infrastructure('BareMetal'),
    scheduler: scheduler(true),
  }),
  golden('single-node', {
    nodes: [node('sno', 'both')],
    infrastructure: infrastructure('None', 'SingleReplica'),
    scheduler: scheduler(true),
  }),
  golden('hosted-control-plane', { nodes: cluster(0, 3), infrastructure: infrastructure('KubeVirt', 'External') }, [newest, cpuRule]),
  golden('aws', { nodes: cluster(3, 3), infrastructure: infrastructure('AWS'), scheduler: scheduler(false) }, [older, cpuRule]),
  golden('azure', { nodes: cluster(3, 3), infrastructure: infrastructure('Azure'), scheduler: scheduler(false) }, [older]),
  golden('gcp', { nodes: cluster(3, 3), infrastructure: infrastructure('GCP'), scheduler: scheduler(false) }, [oldest]),
  golden('vsphere', {
    nodes: cluster(3, 10),
    infrastructure: infrastructure('VSphere'),
    scheduler: scheduler(false),
    hco: hyperConverged({}, migration),
  }),
  golden('openstack', { nodes: cluster(3, 5), infrastructure: infrastructure('OpenStack'), scheduler: scheduler(false) }, []),
  golden('gpu-and-pci', {
    nodes: [...cluster(3, 2), node('gpu-0', 'worker', { 'nvidia.com/gpu': '4' }, { 'feature.node.kubernetes.io/pci-present': 'true' })],
    infrastructure: infrastructure('BareMetal'),
    scheduler: scheduler(false),
    hco: hyperConverged({ [key('openshift')]: 'true', [key('enable-pci-passthrough')]: 'true' }),
  }),
  golden('everything-enabled', {
    nodes: [...cluster(3, 2), node('gpu-0', 'worker', { 'nvidia.com/gpu': '4' })],
    infrastructure: infrastructure('BareMetal'),
    scheduler: scheduler(true),
    hco: hyperConverged(everything, { featureGates: [{ name: 'CPUManager' }] }),
  }),
  golden('plain-kubernetes', { nodes: cluster(1, 2) }, []),
];
