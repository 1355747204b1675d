import type { KubeObject } from '@caretaker/kube';
import { memberAt, stringAt } from '../json.ts';

/** How the cluster is laid out. On a cluster that is no OpenShift the platform part is empty and the node counts still hold. */
export interface Topology {
  isHCP: boolean;
  isCompact: boolean;
  hasSchedulableMasters: boolean;
  controlPlaneTopology: string;
  cloudProvider: string;
  isAWS: boolean;
  isAzure: boolean;
  isGCP: boolean;
  isBareMetal: boolean;
  isVSphere: boolean;
  isOpenStack: boolean;
  masterCount: number;
  workerCount: number;
  totalNodeCount: number;
}

/** Names that a `topology` condition may use. */
export const topologyFields = [
  'isHCP',
  'isCompact',
  'hasSchedulableMasters',
  'isAWS',
  'isAzure',
  'isGCP',
  'isBareMetal',
  'isVSphere',
  'isOpenStack',
  'controlPlaneTopology',
  'cloudProvider',
  'masterCount',
  'workerCount',
  'totalNodeCount',
] as const;

const role = (name: string): string => `node-role.kubernetes.io/${name}`;

/** From the nodes and the two OpenShift objects named `cluster`, either of which may be missing. */
export function detectTopology(
  nodes: Iterable<KubeObject>,
  infrastructure: KubeObject | undefined,
  scheduler: KubeObject | undefined,
): Topology {
  let total = 0;
  let masters = 0;
  let schedulableMasters = 0;
  let workers = 0;
  for (const node of nodes) {
    const labels = node.metadata.labels ?? {};
    const master = role('master') in labels || role('control-plane') in labels;
    const worker = role('worker') in labels;
    total += 1;
    if (master) masters += 1;
    if (master && worker) schedulableMasters += 1;
    if (worker && !master) workers += 1;
  }
  const provider = stringAt(infrastructure, 'status', 'platformStatus', 'type') ?? '';
  const controlPlane = stringAt(infrastructure, 'status', 'controlPlaneTopology') ?? '';
  return {
    isHCP: controlPlane === 'External',
    isCompact: masters > 0 && schedulableMasters === masters && workers === 0,
    hasSchedulableMasters: memberAt(scheduler, 'spec', 'mastersSchedulable') === true,
    controlPlaneTopology: controlPlane,
    cloudProvider: provider,
    isAWS: provider === 'AWS',
    isAzure: provider === 'Azure',
    isGCP: provider === 'GCP',
    isBareMetal: provider === 'BareMetal',
    isVSphere: provider === 'VSphere',
    isOpenStack: provider === 'OpenStack',
    masterCount: masters,
    workerCount: workers,
    totalNodeCount: total,
  };
}
