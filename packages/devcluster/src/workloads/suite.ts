import type { ClusterController } from '../controllers/contract.ts';
import { deploymentController } from './deployment/controller.ts';
import { endpointsController } from './endpoints/controller.ts';
import type { KubeletOptions } from './kubelet/controller.ts';
import { Kubelet } from './kubelet/controller.ts';
import type { NodeOptions } from './node/controller.ts';
import { DEFAULT_NODES, nodeController } from './node/controller.ts';
import { replicaSetController } from './replicaset/controller.ts';
import { schedulerController } from './scheduler/controller.ts';
import { ingressController, loadBalancerController } from './service/load-balancer.ts';
import { rootCaController, serviceAccountController } from './serviceaccount/controllers.ts';

export interface WorkloadOptions extends Partial<KubeletOptions> {
  /** PEM of the cluster's certificate authority, for `kube-root-ca.crt`. */
  caPem?: () => string;
  nodes?: NodeOptions;
}

/** Everything beyond the API server that workloads need. The order does not matter. */
export function workloadControllers(options: WorkloadOptions = {}): ClusterController[] {
  const { caPem, nodes } = options;
  return [
    nodeController(nodes ?? DEFAULT_NODES),
    serviceAccountController(),
    ...(caPem ? [rootCaController(caPem)] : []),
    schedulerController(),
    new Kubelet({ ...options, podReadyDelayMs: options.podReadyDelayMs ?? 0, jobRunMs: options.jobRunMs ?? 1000 }),
    replicaSetController(),
    deploymentController(),
    endpointsController(),
    loadBalancerController(),
    ingressController(),
  ];
}
