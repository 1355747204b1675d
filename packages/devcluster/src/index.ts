export type { ClusterApi, ClusterController, ClusterEvent } from './controllers/contract.ts';
export { ADMIN, DevCluster, type DevClusterOptions } from './dev-cluster.ts';
export type { ServerExtensions, UserInfo } from './server/contract.ts';
export { StatusError } from './server/status-error.ts';
export { type RunningDevCluster, type StartOptions, startDevCluster } from './start-dev-cluster.ts';
export { type WorkloadOptions, workloadControllers } from './workloads/suite.ts';
