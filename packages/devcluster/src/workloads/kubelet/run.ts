import type { KubeObject } from '@caretaker/kube';
import { fields, items, text } from '../machinery/read.ts';

export interface Waiting {
  is: 'waiting';
  reason: string;
  message?: string;
}
export interface Running {
  is: 'running';
  /** Milliseconds since the epoch. */
  startedAt: number;
}
export interface Terminated {
  is: 'terminated';
  exitCode: number;
  signal?: number;
  reason: string;
  message?: string;
  startedAt: number;
  finishedAt: number;
  containerId: string;
}

/** What is known of one container of a pod. */
export interface ContainerRun {
  name: string;
  image: string;
  init: boolean;
  state: Waiting | Running | Terminated;
  last: Terminated | undefined;
  restartCount: number;
  started: boolean;
  ready: boolean;
  containerId: string;
}

/** What the node knows of one pod. */
export interface PodRun {
  startTime: number;
  hostIP: string;
  podIP: string | undefined;
  /** Set when the pod as a whole was ended, e.g. `DeadlineExceeded`. */
  ended: { reason: string; message: string } | undefined;
  containers: ContainerRun[];
  /** Those that came later, to look: they run once, and the pod does not depend on them. */
  ephemeral: ContainerRun[];
}

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** Where in the spec a container of this name is, and what it is. */
function find(pod: KubeObject, name: string): { list: (typeof LISTS)[number]; spec: unknown } | undefined {
  for (const list of LISTS) {
    const spec = items(pod, 'spec', list).find((container) => text(container, 'name') === name);
    if (spec !== undefined) return { list, spec };
  }
  return undefined;
}

export function containerSpec(pod: KubeObject, name: string): ReturnType<typeof fields> {
  return fields(find(pod, name)?.spec);
}

/** What events say they are about. */
export function containerPath(pod: KubeObject, name: string): string {
  return `spec.${find(pod, name)?.list ?? 'containers'}{${name}}`;
}

function fresh(spec: unknown, init: boolean, reason: string): ContainerRun {
  return {
    name: text(spec, 'name'),
    image: text(spec, 'image'),
    init,
    state: { is: 'waiting', reason },
    last: undefined,
    restartCount: 0,
    started: false,
    ready: false,
    containerId: '',
  };
}

/** The run's ephemeral containers, with those that the pod has got since. */
export function ephemeralRuns(pod: KubeObject, known: readonly ContainerRun[]): ContainerRun[] {
  return items(pod, 'spec', 'ephemeralContainers').map(
    (spec) => known.find(({ name }) => name === text(spec, 'name')) ?? fresh(spec, false, 'ContainerCreating'),
  );
}

/** A pod that has just arrived on its node. */
export function newRun(pod: KubeObject, hostIP: string, now: number): PodRun {
  const initContainers = items(pod, 'spec', 'initContainers');
  const containers = items(pod, 'spec', 'containers');
  const reason = initContainers.length > 0 ? 'PodInitializing' : 'ContainerCreating';
  return {
    startTime: now,
    hostIP,
    podIP: undefined,
    ended: undefined,
    containers: [...initContainers.map((spec) => fresh(spec, true, reason)), ...containers.map((spec) => fresh(spec, false, reason))],
    ephemeral: ephemeralRuns(pod, []),
  };
}

/** Sidecars are init containers that keep running. */
export function isSidecar(pod: KubeObject, name: string): boolean {
  return items(pod, 'spec', 'initContainers').some((spec) => text(spec, 'name') === name && text(spec, 'restartPolicy') === 'Always');
}

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** The phase that follows from the containers (pod lifecycle documentation). */
export function phaseOfRun(pod: KubeObject, run: PodRun): PodPhase {
  if (run.ended) return 'Failed';
  const policy = text(pod, 'spec', 'restartPolicy') || 'Always';
  const init = run.containers.filter((container) => container.init && !isSidecar(pod, container.name));
  const main = run.containers.filter((container) => !container.init);
  const failedInit = init.some(({ state }) => state.is === 'terminated' && state.exitCode !== 0);
  if (failedInit && policy === 'Never') return 'Failed';
  if (init.some(({ state }) => state.is !== 'terminated')) return 'Pending';
  if (main.some(({ state }) => state.is === 'running')) return 'Running';
  if (main.every(({ state }) => state.is === 'terminated')) {
    const failed = main.some(({ state }) => state.is === 'terminated' && state.exitCode !== 0);
    if (policy === 'Always') return 'Running';
    if (failed) return policy === 'Never' ? 'Failed' : 'Running';
    return 'Succeeded';
  }
  // Waiting to be started again is part of running.
  return main.some(({ last }) => last !== undefined) ? 'Running' : 'Pending';
}

/** Is a container that ended with this code to be started again? */
export function isRestarted(pod: KubeObject, container: ContainerRun, exitCode: number): boolean {
  if (isSidecar(pod, container.name)) return true;
  const policy = text(pod, 'spec', 'restartPolicy') || 'Always';
  if (container.init && exitCode === 0) return false;
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** Is this init container done, so that the next one may start? A sidecar is when it runs. */
export function isPassed(pod: KubeObject, container: ContainerRun): boolean {
  if (isSidecar(pod, container.name)) return container.started;
  return container.state.is === 'terminated' && container.state.exitCode === 0;
}
