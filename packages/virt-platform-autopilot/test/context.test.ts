import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { goldenContexts, hyperConverged } from '../generate/contexts.ts';
import { buildContext, templateData } from '../src/context/context.ts';
import { detectHardware, trimNode } from '../src/context/hardware.ts';
import { relatedImages } from '../src/context/images.ts';
import { detectTopology } from '../src/context/topology.ts';

function node(facts: {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  capacity?: Record<string, string>;
}): KubeObject {
  const { labels, annotations, capacity } = facts;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n', ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}), managedFields: [] },
    status: {
      capacity: { cpu: '4', memory: '8Gi', pods: '250', 'ephemeral-storage': '1', 'hugepages-1Gi': '0', 'hugepages-2Mi': '0', ...capacity },
      images: [],
    },
  };
}

const detectors: [string, Parameters<typeof node>[0], string[]][] = [
  ['an ordinary node', {}, []],
  ['a PCI label', { labels: { 'feature.node.kubernetes.io/pci-present': 'true' } }, ['pciDevicesPresent']],
  ['an unusual capacity', { capacity: { 'example.com/fpga': '1' } }, ['pciDevicesPresent']],
  ['a GPU', { capacity: { 'amd.com/gpu': '1' } }, ['pciDevicesPresent', 'gpuPresent']],
  ['threads', { labels: { 'feature.node.kubernetes.io/cpu-hardware_multithreading': 'false' } }, ['numaNodesPresent']],
  ['a topology policy', { annotations: { 'kubevirt.io/topology-manager-policy': 'best-effort' } }, ['numaNodesPresent']],
  ['an IOMMU', { labels: { 'feature.node.kubernetes.io/iommu-enabled': 'true' } }, ['vfioCapable']],
  ['an IOMMU that is off', { labels: { 'feature.node.kubernetes.io/iommu-enabled': 'false' } }, []],
  ['USB', { labels: { 'feature.node.kubernetes.io/usb-present': 'true' } }, ['usbDevicesPresent']],
];
for (const [what, facts, expected] of detectors) {
  test(`R-09: hardware of ${what}; what is kept of a node says the same`, () => {
    const found = (nodes: KubeObject[]): string[] =>
      Object.entries(detectHardware(nodes))
        .filter(([, present]) => present)
        .map(([name]) => name);
    assert.deepEqual(found([node({}), node(facts)]), expected);
    assert.deepEqual(found([trimNode(node({})), trimNode(node(facts))]), expected);
  });
}

const topologies: [string, Partial<ReturnType<typeof detectTopology>>][] = [
  [
    'bare-metal-ha',
    { isBareMetal: true, masterCount: 3, workerCount: 3, totalNodeCount: 6, isCompact: false, hasSchedulableMasters: false },
  ],
  ['compact', { isCompact: true, masterCount: 3, workerCount: 0, hasSchedulableMasters: true }],
  ['single-node', { isCompact: true, masterCount: 1, controlPlaneTopology: 'SingleReplica' }],
  ['hosted-control-plane', { isHCP: true, masterCount: 0, workerCount: 3, isCompact: false }],
  ['aws', { isAWS: true, cloudProvider: 'AWS' }],
  ['azure', { isAzure: true }],
  ['gcp', { isGCP: true }],
  ['vsphere', { isVSphere: true, workerCount: 10 }],
  ['openstack', { isOpenStack: true }],
  ['plain-kubernetes', { cloudProvider: '', controlPlaneTopology: '', masterCount: 1, totalNodeCount: 3, isHCP: false }],
];
for (const [name, expected] of topologies) {
  test(`R-09: topology of ${name}`, () => {
    const found = goldenContexts.find((one) => one.name === name)?.context.topology;
    for (const [field, value] of Object.entries(expected)) assert.equal(found && Reflect.get(found, field), value, field);
  });
}

test('without Infrastructure the node counts still hold', () => {
  const topology = detectTopology([node({ labels: { 'node-role.kubernetes.io/worker': '' } })], undefined, undefined);
  assert.equal(topology.workerCount, 1);
  assert.equal(topology.cloudProvider, '');
});

test('images from the environment', () => {
  assert.deepEqual(relatedImages({ RELATED_IMAGE_FOO_BAR: 'x', RELATED_IMAGE_EMPTY: '', RELATED_IMAGE_: 'y', OTHER: 'z' }), {
    'foo-bar': 'x',
  });
});

test('templates see the names of the ancestor, and no managedFields', () => {
  const hco = hyperConverged();
  const context = buildContext({
    hco: { ...hco, metadata: { ...hco.metadata, managedFields: [{ manager: 'x' }] } },
    nodes: [],
    infrastructure: undefined,
    scheduler: undefined,
    images: {},
  });
  const data = templateData(context, { role: 'worker' });
  assert.deepEqual(Object.keys(data), ['HCO', 'Hardware', 'Topology', 'Images', 'Params']);
  assert.deepEqual(Object.keys(Object(data['Hardware'])), [
    'PCIDevicesPresent',
    'NUMANodesPresent',
    'VFIOCapable',
    'USBDevicesPresent',
    'GPUPresent',
  ]);
  assert.ok('IsHCP' in Object(data['Topology']) && 'HasSchedulableMasters' in Object(data['Topology']));
  assert.doesNotMatch(JSON.stringify(data), /managedFields/);
});
