import type { KubeObject } from '@caretaker/kube';
import { parseQuantity } from '../../decode/quantity.ts';
import { findCondition, timedCondition } from '../machinery/conditions.ts';
import type { Fields } from '../machinery/read.ts';
import { fields, items, rfc3339, strings, text } from '../machinery/read.ts';
import type { ContainerRun, PodPhase, PodRun, Terminated } from './run.ts';
import { isSidecar, phaseOfRun } from './run.ts';

/** The status subresource of a pod, as its node reports it. Conditions keep their times while they do not change. */
export function podStatus(pod: KubeObject, run: PodRun, now: number): Record<string, unknown> {
  const phase = phaseOfRun(pod, run);
  const init = run.containers.filter((container) => container.init);
  const main = run.containers.filter((container) => !container.init);
  const status: Record<string, unknown> = {
    observedGeneration: pod.metadata.generation ?? 1,
    phase,
    conditions: conditions(pod, run, phase, now),
    ...(run.ended ? { reason: run.ended.reason, message: run.ended.message } : {}),
    hostIP: run.hostIP,
    hostIPs: [{ ip: run.hostIP }],
    ...(run.podIP ? { podIP: run.podIP, podIPs: [{ ip: run.podIP }] } : {}),
    startTime: rfc3339(run.startTime),
    ...(init.length > 0 ? { initContainerStatuses: init.map(containerStatus) } : {}),
    containerStatuses: main.map(containerStatus),
    ...(run.ephemeral.length > 0 ? { ephemeralContainerStatuses: run.ephemeral.map(ephemeralStatus) } : {}),
    qosClass: qosClass(pod),
  };
  return status;
}

function containerStatus(run: ContainerRun): Record<string, unknown> {
  return {
    name: run.name,
    state: stateOf(run),
    lastState: run.last ? { terminated: terminated(run.last) } : {},
    ready: run.ready,
    restartCount: run.restartCount,
    image: run.image,
    imageID: run.containerId ? `devcluster://${run.image}` : '',
    ...(run.containerId ? { containerID: run.containerId } : {}),
    started: run.started,
  };
}

/** Whether it has started is asked of no ephemeral container. */
function ephemeralStatus(run: ContainerRun): Record<string, unknown> {
  const { started: _, ...status } = containerStatus(run);
  return status;
}

function stateOf({ state }: ContainerRun): Record<string, unknown> {
  switch (state.is) {
    case 'waiting':
      return { waiting: { ...(state.message ? { message: state.message } : {}), reason: state.reason } };
    case 'running':
      return { running: { startedAt: rfc3339(state.startedAt) } };
    case 'terminated':
      return { terminated: terminated(state) };
  }
}

function terminated(state: Terminated): Record<string, unknown> {
  return {
    exitCode: state.exitCode,
    ...(state.signal ? { signal: state.signal } : {}),
    reason: state.reason,
    ...(state.message ? { message: state.message } : {}),
    startedAt: rfc3339(state.startedAt),
    finishedAt: rfc3339(state.finishedAt),
    ...(state.containerId ? { containerID: state.containerId } : {}),
  };
}

function conditions(pod: KubeObject, run: PodRun, phase: PodPhase, now: number): Fields[] {
  const finished = phase === 'Succeeded' || phase === 'Failed';
  const initialized = run.containers.every(
    ({ init, name, state, started }) => !init || (isSidecar(pod, name) ? started : state.is === 'terminated' && state.exitCode === 0),
  );
  const notInitialized = run.containers.filter(({ init, state }) => init && !(state.is === 'terminated' && state.exitCode === 0));
  const unready = run.containers.filter(({ init, ready }) => !init && !ready);
  const gates = items(pod, 'spec', 'readinessGates').map((gate) => text(gate, 'conditionType'));
  const shut = gates.filter((type) => text(findCondition(pod, type), 'status') !== 'True');
  const names = (list: readonly ContainerRun[]): string => `[${list.map(({ name }) => name).join(' ')}]`;
  const containersReady = judge('ContainersReady', unready.length === 0 && !finished, finished, phase, names(unready));
  const ready =
    containersReady.status === 'True' && shut.length > 0
      ? {
          type: 'Ready',
          status: 'False' as const,
          reason: 'ReadinessGatesNotReady',
          message: shut.map((type) => `corresponding condition of pod readiness gate "${type}" does not exist.`).join(', '),
        }
      : { ...containersReady, type: 'Ready' };
  const wanted = [
    { type: 'PodReadyToStartContainers', status: run.podIP && !finished ? ('True' as const) : ('False' as const) },
    initialized
      ? { type: 'Initialized', status: 'True' as const, ...(phase === 'Succeeded' ? { reason: 'PodCompleted' } : {}) }
      : {
          type: 'Initialized',
          status: 'False' as const,
          reason: 'ContainersNotInitialized',
          message: `containers with incomplete status: ${names(notInitialized)}`,
        },
    ready,
    containersReady,
    { type: 'PodScheduled', status: 'True' as const },
  ];
  const ours = new Set(wanted.map(({ type }) => type));
  const others = items(pod, 'status', 'conditions').filter((condition) => !ours.has(text(condition, 'type')));
  return [
    ...wanted.map((condition) => {
      const timed = timedCondition(findCondition(pod, condition.type), condition, now);
      const { type, status, ...rest } = timed;
      return { type, observedGeneration: pod.metadata.generation ?? 1, status, lastProbeTime: null, ...rest };
    }),
    ...others.map((condition) => fields(condition)),
  ];
}

function judge(type: string, isReady: boolean, finished: boolean, phase: PodPhase, unready: string) {
  if (isReady) return { type, status: 'True' as const };
  if (finished) return { type, status: 'False' as const, reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' };
  return { type, status: 'False' as const, reason: 'ContainersNotReady', message: `containers with unready status: ${unready}` };
}

/** Quality of service: Guaranteed, Burstable or BestEffort (pod QoS documentation). */
export function qosClass(pod: KubeObject): string {
  const specs = [...items(pod, 'spec', 'containers'), ...items(pod, 'spec', 'initContainers')];
  let any = false;
  let guaranteed = true;
  for (const spec of specs) {
    const requests = strings(spec, 'resources', 'requests');
    const limits = strings(spec, 'resources', 'limits');
    for (const resource of ['cpu', 'memory']) {
      const [request, limit] = [requests[resource], limits[resource]];
      if (request !== undefined || limit !== undefined) any = true;
      if (limit === undefined || !sameQuantity(request ?? limit, limit)) guaranteed = false;
    }
  }
  if (!any) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

function sameQuantity(left: string, right: string): boolean {
  return left === right || parseQuantity(left)?.nanos === parseQuantity(right)?.nanos;
}
