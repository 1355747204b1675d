export type { ClientOptions } from './client/kube-client.ts';
export { createClient } from './client/kube-client.ts';
export { ProtocolError } from './client/parse.ts';
export type { BackoffSpec } from './clock/backoff.ts';
export { backoffDelay } from './clock/backoff.ts';
export type { Deadline } from './clock/deadline.ts';
export { deadline } from './clock/deadline.ts';
export { systemClock } from './clock/system-clock.ts';
export { systemRandom } from './clock/system-random.ts';
export { settledWithin, sleep } from './clock/wait.ts';
export type { ClientCertificate, ClusterConfig, Credential, Credentials, Impersonation } from './config/cluster-config.ts';
export { fixedCredentials } from './config/cluster-config.ts';
export type { InClusterOptions } from './config/in-cluster.ts';
export { inClusterConfig, isInCluster } from './config/in-cluster.ts';
export type { KubeconfigOptions } from './config/kubeconfig.ts';
export { loadKubeconfig } from './config/kubeconfig.ts';
export type { Consistency, ConsistencyOptions, Reading } from './consistency/consistency.ts';
export { createConsistency } from './consistency/consistency.ts';
export { atLeast } from './consistency/resource-version.ts';
export type { ControllerOptions } from './controller/controller.ts';
export { createController } from './controller/controller.ts';
export type { Change, SourceOptions } from './controller/source.ts';
export { connect, generationChanged, keyOf } from './controller/source.ts';
export type { DiscoveryOptions } from './discovery/discovery.ts';
export { createDiscovery } from './discovery/discovery.ts';
export {
  ApiError,
  isAlreadyExists,
  isConflict,
  isExpired,
  isForbidden,
  isInvalid,
  isNamespaceTerminating,
  isNotFound,
  isTooManyRequests,
  isUnauthorized,
  reasonWord,
} from './errors/api-error.ts';
export { ConfigError } from './errors/config-error.ts';
export { asError, KubeError } from './errors/kube-error.ts';
export type { TransportFailure } from './errors/transport-error.ts';
export { TransportError } from './errors/transport-error.ts';
export { UnknownKindError } from './errors/unknown-kind-error.ts';
export type { EventRecorderOptions } from './events/event-recorder.ts';
export { createEventRecorder } from './events/event-recorder.ts';
export { byLabel, byNamespace, byOwner } from './informer/indexes.ts';
export type { InformersOptions } from './informer/informers.ts';
export { createInformers } from './informer/informers.ts';
export { Fence } from './lease/fence.ts';
export { fencedTransport } from './lease/fenced-transport.ts';
export type { LeaderElector, LeaderElectorOptions } from './lease/leader-elector.ts';
export { createLeaderElector } from './lease/leader-elector.ts';
export { microTime } from './lease/micro-time.ts';
export type { LimiterOptions } from './limiter/adaptive-limiter.ts';
export { createLimiter } from './limiter/adaptive-limiter.ts';
export type { Limiter, Permit, RequestOutcome } from './limiter/limiter.ts';
export { errorValues } from './logs/error-values.ts';
export { FaultLog } from './logs/fault-log.ts';
export type { LogFormat, LoggerOptions, LogLevel } from './logs/logger.ts';
export { createLogger, silentLogger } from './logs/logger.ts';
export type { Component } from './manager/component.ts';
export type { Manager, ManagerOptions } from './manager/manager.ts';
export { createManager } from './manager/manager.ts';
export { registerProcessMetrics } from './metrics/process-metrics.ts';
export { createMetrics } from './metrics/registry.ts';
export type { Check } from './probes/checks.ts';
export type { HttpEndpoint, PlainAnswer, PlainHandler } from './probes/http-endpoint.ts';
export { createHttpEndpoint } from './probes/http-endpoint.ts';
export type { ProbeServer } from './probes/servers.ts';
export { createMetricsServer, createProbeServer } from './probes/servers.ts';
export type { PriorityQueueOptions, Taken } from './queue/priority-queue.ts';
export { PriorityQueue } from './queue/priority-queue.ts';
export type { TransportOptions } from './transport/http-transport.ts';
export { createTransport } from './transport/http-transport.ts';
export type * from './types/client.ts';
export type * from './types/clock.ts';
export type * from './types/controller.ts';
export type * from './types/discovery.ts';
export type * from './types/events.ts';
export type * from './types/informer.ts';
export type * from './types/json.ts';
export type * from './types/logger.ts';
export type * from './types/metrics.ts';
export type * from './types/object.ts';
export type * from './types/transport.ts';
