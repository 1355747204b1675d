import type { ClusterController } from '../controllers/contract.ts';
import type { ServerExtensions } from '../server/contract.ts';
import type { PodUsage } from './pod-usage.ts';
import { metricsResources } from './resources.ts';

/** Serves metrics.k8s.io, as metrics-server does in a real cluster: the group is not there before this has started. */
export function metricsServer(extensions: ServerExtensions, usage: PodUsage): ClusterController {
  return {
    name: 'metrics-server',
    start: (api) => {
      for (const resource of metricsResources(api, usage)) extensions.registerVirtual(resource);
    },
    stop: () => undefined,
  };
}
