import type { KubeObject } from '@caretaker/kube';
import { isRecord, memberAt } from '../json.ts';

/** What some node of the cluster has. */
export interface Hardware {
  pciDevicesPresent: boolean;
  numaNodesPresent: boolean;
  vfioCapable: boolean;
  usbDevicesPresent: boolean;
  gpuPresent: boolean;
}

/** Labels of the node feature discovery. */
const label = {
  pci: 'feature.node.kubernetes.io/pci-present',
  threads: 'feature.node.kubernetes.io/cpu-hardware_multithreading',
  iommu: 'feature.node.kubernetes.io/iommu-enabled',
  usb: 'feature.node.kubernetes.io/usb-present',
};
const topologyPolicyAnnotation = 'kubevirt.io/topology-manager-policy';
const ordinaryCapacity = new Set(['cpu', 'memory', 'pods', 'ephemeral-storage', 'hugepages-1Gi', 'hugepages-2Mi']);
const gpuCapacity = ['nvidia.com/gpu', 'amd.com/gpu', 'gpu.intel.com/i915'];

/** The detectors of the catalog's conditions, each true when any node shows it. */
export function detectHardware(nodes: Iterable<KubeObject>): Hardware {
  const hardware: Hardware = {
    pciDevicesPresent: false,
    numaNodesPresent: false,
    vfioCapable: false,
    usbDevicesPresent: false,
    gpuPresent: false,
  };
  for (const node of nodes) {
    const labels = node.metadata.labels ?? {};
    const reported = memberAt(node, 'status', 'capacity');
    const capacity = isRecord(reported) ? Object.keys(reported) : [];
    hardware.pciDevicesPresent ||= label.pci in labels || capacity.some((name) => !ordinaryCapacity.has(name));
    hardware.numaNodesPresent ||= label.threads in labels || Boolean(node.metadata.annotations?.[topologyPolicyAnnotation]);
    hardware.vfioCapable ||= labels[label.iommu] === 'true';
    hardware.usbDevicesPresent ||= label.usb in labels;
    hardware.gpuPresent ||= gpuCapacity.some((name) => capacity.includes(name));
  }
  return hardware;
}

/** What of a node the context is computed from; the rest is not kept in memory. */
export function trimNode(node: KubeObject): KubeObject {
  const { name, uid, resourceVersion, labels, annotations } = node.metadata;
  const policy = annotations?.[topologyPolicyAnnotation];
  const capacity = memberAt(node, 'status', 'capacity');
  return {
    apiVersion: node.apiVersion,
    kind: node.kind,
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(labels === undefined ? {} : { labels }),
      ...(policy === undefined ? {} : { annotations: { [topologyPolicyAnnotation]: policy } }),
    },
    status: { capacity: isRecord(capacity) ? capacity : {} },
  };
}
