import type { KubeObject } from '@caretaker/kube';
import { fields, flag, instant, integer, items, text } from '../machinery/read.ts';
import type { ContainerRun, PodRun, Terminated } from './run.ts';
import { newRun } from './run.ts';

/** What a pod's status says of its containers: where a restarted cluster goes on. */
export function runFromStatus(pod: KubeObject, hostIP: string, now: number): PodRun {
  const run = newRun(pod, hostIP, instant(pod, 'status', 'startTime') ?? now);
  run.podIP = text(pod, 'status', 'podIP') || undefined;
  const statuses = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'].flatMap((list) =>
    items(pod, 'status', list),
  );
  const known = (container: ContainerRun): ContainerRun => {
    const status = statuses.find((entry) => text(entry, 'name') === container.name);
    return status === undefined ? container : fromStatus(container, status);
  };
  run.containers = run.containers.map(known);
  run.ephemeral = run.ephemeral.map(known);
  return run;
}

function fromStatus(container: ContainerRun, status: unknown): ContainerRun {
  const known = { ...container, restartCount: integer(status, 'restartCount') ?? 0, containerId: text(status, 'containerID') };
  const last = terminatedFrom(fields(status, 'lastState', 'terminated'));
  const ended = terminatedFrom(fields(status, 'state', 'terminated'));
  const startedAt = instant(status, 'state', 'running', 'startedAt');
  if (ended) return { ...known, last, state: ended };
  if (startedAt !== undefined) {
    return { ...known, last, state: { is: 'running', startedAt }, ready: flag(status, 'ready'), started: true };
  }
  return { ...known, last };
}

function terminatedFrom(state: ReturnType<typeof fields>): Terminated | undefined {
  const finishedAt = instant(state, 'finishedAt');
  if (finishedAt === undefined) return undefined;
  return {
    is: 'terminated',
    exitCode: integer(state, 'exitCode') ?? 0,
    reason: text(state, 'reason'),
    startedAt: instant(state, 'startedAt') ?? finishedAt,
    finishedAt,
    containerId: text(state, 'containerID'),
  };
}
