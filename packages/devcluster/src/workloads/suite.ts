import type { KubeObject, Transport } from '@caretaker/kube';
import type { ServiceAccountTokens } from '../auth/service-account-tokens.ts';
import { ISSUER } from '../auth/service-account-tokens.ts';
import type { ClusterApi, ClusterController } from '../controllers/contract.ts';
import { metricsServer } from '../metrics-api/controller.ts';
import { PodUsage } from '../metrics-api/pod-usage.ts';
import type { OpenApi } from '../openapi/openapi.ts';
import { registerPodStreams } from '../process/endpoints/register.ts';
import type { ServerAddress } from '../process/pod-files.ts';
import { ProcessPods } from '../process/process-pods.ts';
import type { ServerExtensions, UserInfo } from '../server/contract.ts';
import type { ApiCore } from '../server/core.ts';
import type { ServingCertificates } from '../tls/certificates.ts';
import { autoscalerController } from './autoscaling/controller.ts';
import { ScaleClient } from './autoscaling/scale-client.ts';
import { approvingController, cleaningController, signingController } from './certificates/controllers.ts';
import { eventCollector } from './collect/events.ts';
import { podCollector } from './collect/pods.ts';
import { cronJobController } from './cronjob/controller.ts';
import { daemonSetController } from './daemonset/controller.ts';
import { deploymentController } from './deployment/controller.ts';
import { disruptionController } from './disruption/controller.ts';
import { endpointsController } from './endpoints/controller.ts';
import { mirroringController } from './endpoints/mirroring.ts';
import { jobController } from './job/controller.ts';
import { Kubelet } from './kubelet/controller.ts';
import { nameOf, namespaceOf, uidOf } from './machinery/objects.ts';
import { text } from './machinery/read.ts';
import type { NodeOptions } from './node/controller.ts';
import { DEFAULT_NODES, nodeController } from './node/controller.ts';
import { taintEvictionController } from './node/taint-eviction.ts';
import { policyStatusController } from './policies/controller.ts';
import { replicaSetController } from './replicaset/controller.ts';
import { bindPod } from './scheduler/binding.ts';
import { schedulerController } from './scheduler/controller.ts';
import { ingressController, loadBalancerController } from './service/load-balancer.ts';
import { rootCaController, serviceAccountController } from './serviceaccount/controllers.ts';
import { tokenController } from './serviceaccount/token-controller.ts';
import { statefulSetController } from './statefulset/controller.ts';
import { volumeController } from './storage/controller.ts';

export interface WorkloadOptions {
  /** From the start of a simulated pod to its readiness; 0 when left out. */
  podReadyDelayMs?: number;
  /** How long the simulated pod of a Job runs; 1 s when left out. */
  jobRunMs?: number;
  nodes?: NodeOptions;
  /** Lets annotated pods run as local processes. Left out, every pod is simulated. */
  processes?: {
    /** Folder for the pods' files; the user's own. */
    directory: string;
  };
}

/** The parts of a DevCluster that the workload controllers need. */
export interface WorkloadHost {
  readonly core: ApiCore;
  readonly extensions: ServerExtensions;
  readonly tokens: ServiceAccountTokens;
  readonly caPem: string;
  readonly certificates: ServingCertificates;
  readonly openapi: OpenApi;
  /** Where it listens, as a process pod reaches it. */
  readonly url: string | undefined;
  /** The cluster as a user sees it, in process. */
  api(user?: UserInfo, fieldManager?: string): ClusterApi;
  transport(who: { user: string; groups?: readonly string[] }): Transport;
}

/** Plugs pods' subresources into a cluster and returns everything beyond the API server that workloads need, to be given to `cluster.start`. */
export function workloadControllers(host: WorkloadHost, options: WorkloadOptions = {}): ClusterController[] {
  const { core, extensions } = host;
  const issueToken = (pod: KubeObject, lifetimeSeconds: number, audience?: string): string =>
    podToken(host, pod, lifetimeSeconds, audience);
  const server = (): ServerAddress => {
    if (host.url === undefined) throw new Error('a process pod needs an API server that listens');
    return { url: host.url, caPem: host.caPem };
  };
  const processes = options.processes ? new ProcessPods({ ...options.processes, server, issueToken }) : undefined;
  const usage = new PodUsage(processes, () => core.clock.now());
  const scales = new ScaleClient(
    host.transport({ user: 'system:serviceaccount:kube-system:horizontal-pod-autoscaler', groups: ['system:masters'] }),
    core.catalog,
  );
  registerPodStreams(extensions, core.clock, processes, (pod, kind, name) =>
    core.store.table(kind === 'ConfigMap' ? '/configmaps' : '/secrets').get(namespaceOf(pod), name),
  );
  const simulation = { podReadyDelayMs: options.podReadyDelayMs ?? 0, jobRunMs: options.jobRunMs ?? 1000 };
  return [
    nodeController(options.nodes ?? DEFAULT_NODES),
    serviceAccountController(),
    rootCaController(() => host.caPem),
    schedulerController((pod, node) => bindPod(core, pod, node)),
    new Kubelet({ ...simulation, ...(processes ? { processes } : {}) }),
    replicaSetController(),
    deploymentController(),
    statefulSetController(),
    daemonSetController(),
    jobController(),
    cronJobController(),
    volumeController(),
    disruptionController(),
    autoscalerController((pod) => usage.of(pod), scales),
    tokenController(
      () => host.caPem,
      (account, secret) => host.tokens.issueLegacy(account, secret),
    ),
    approvingController(core.authorizer),
    signingController(() => host.certificates),
    cleaningController(),
    policyStatusController(() => ({ types: core.catalog.all(), typeOf: (type) => host.openapi.celType(type) })),
    taintEvictionController(),
    metricsServer(extensions, usage),
    podCollector(),
    eventCollector(),
    endpointsController(),
    mirroringController(),
    loadBalancerController(),
    ingressController(),
  ];
}

function podToken(host: WorkloadHost, pod: KubeObject, expirationSeconds: number, audience = ISSUER): string {
  const name = text(pod, 'spec', 'serviceAccountName') || 'default';
  const account = host.core.store.table('/serviceaccounts').get(namespaceOf(pod), name);
  if (account === undefined) throw new Error(`serviceaccount "${name}" not found`);
  const bound = { kind: 'Pod', name: nameOf(pod), uid: uidOf(pod) };
  return host.tokens.issue(account, { audiences: [audience], expirationSeconds, bound }).token;
}
