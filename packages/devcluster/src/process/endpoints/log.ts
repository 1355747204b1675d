import type { Clock, KubeObject } from '@caretaker/kube';
import type { ConnectHandler } from '../../server/contract.ts';
import { nameOf } from '../../workloads/machinery/objects.ts';
import { fields, instant, text } from '../../workloads/machinery/read.ts';
import { ContainerLog } from '../container-log.ts';
import { checkLogOptions, logOptions, streamLog } from '../log-request.ts';
import type { ProcessPods } from '../process-pods.ts';
import { badRequest, chosenContainer, containerStatus } from './container.ts';

const TEXT = { 'content-type': 'text/plain' };

/** GET pods/NAME/log. */
export function podLog(clock: Clock, processes: ProcessPods | undefined): ConnectHandler {
  return async (request, pod) => {
    checkLogOptions(request.query, nameOf(pod));
    const name = chosenContainer(pod, request.query.get('container'));
    // nobody has written anything yet
    if (text(pod, 'spec', 'nodeName') === '') return { status: 204, body: '' };
    const options = logOptions(request.query, clock.now());
    const held = processes?.find(pod)?.containers.get(name);
    const log = held ? (options.previous ? held.previous : held.log) : simulatedLog(clock, pod, name, options.previous);
    if (log === undefined) throw missing(pod, name, options.previous);
    return { status: 200, headers: TEXT, body: streamLog(log, options, request.signal) };
  };
}

function missing(pod: KubeObject, name: string, previous: boolean): Error {
  if (previous) return badRequest(`previous terminated container "${name}" in pod "${nameOf(pod)}" not found`);
  const waiting = text(containerStatus(pod, name), 'state', 'waiting', 'reason') || 'ContainerCreating';
  const why = waiting === 'ErrImagePull' || waiting === 'ImagePullBackOff' ? `trying and failing to pull image` : waiting;
  return badRequest(`container "${name}" in pod "${nameOf(pod)}" is waiting to start: ${why}`);
}

/** What a container that only pretends would have printed: where it comes from, its start, its end. */
function simulatedLog(clock: Clock, pod: KubeObject, name: string, previous: boolean): ContainerLog | undefined {
  const status = containerStatus(pod, name);
  const state = previous ? fields(status, 'lastState') : fields(status, 'state');
  const last = fields(status, 'lastState', 'terminated');
  const terminated = 'terminated' in state ? fields(state, 'terminated') : !previous && !('running' in state) ? last : undefined;
  const startedAt = instant(state, 'running', 'startedAt') ?? instant(terminated, 'startedAt');
  if (startedAt === undefined) return undefined;
  let time = startedAt;
  const log = new ContainerLog(() => time);
  const say = (line: string): void => log.write('stdout', Buffer.from(`${line}\n`));
  say(`simulated container ${name} of image ${text(status, 'image')}: started (devcluster runs no program for this pod)`);
  if (terminated && Object.keys(terminated).length > 0) {
    time = instant(terminated, 'finishedAt') ?? clock.now();
    const exitCode = Number(terminated['exitCode'] ?? 0);
    say(exitCode === 0 ? `simulated container ${name}: done` : `simulated container ${name}: failed with exit code ${exitCode}`);
    log.close();
  }
  return log;
}
