import type { ApiCore } from '../server/core.ts';
import { apiServices } from './api-services/controller.ts';
import { clusterRoleAggregation } from './cluster-role-aggregation/controller.ts';
import type { ClusterController } from './contract.ts';
import { flowSchemas } from './flow-schemas/controller.ts';
import { garbageCollector } from './garbage-collector/controller.ts';
import { namespaceController } from './namespace/controller.ts';
import { resourceQuotaController } from './resource-quota/controller.ts';

/** The four controllers that every API server needs beside it, and that the recorded transcripts had; and what a kube-apiserver does itself. */
export function bareControllers(core: ApiCore): ClusterController[] {
  return [
    namespaceController(core),
    garbageCollector(core),
    resourceQuotaController(core),
    clusterRoleAggregation(),
    apiServices(core),
    flowSchemas(),
  ];
}
