export type { ClusterApi, ClusterController, ClusterEvent } from './controllers/contract.ts';
export { ADMIN, DevCluster, type DevClusterOptions } from './dev-cluster.ts';
export { StatusError } from './server/answers/status-error.ts';
export type { ClusterFaults, WriteFaultContext } from './server/cluster-faults.ts';
export type { ServerExtensions, UserInfo } from './server/contract.ts';
export { type RunningDevCluster, type StartOptions, startDevCluster } from './start-dev-cluster.ts';
export { type WorkloadOptions, workloadControllers } from './workloads/suite.ts';
