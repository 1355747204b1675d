import type { ChildProcess } from 'node:child_process';
import type { KubeObject } from '@caretaker/kube';
import { StatusError } from '../../server/answers/status-error.ts';
import type { ConnectHandler, ConnectRequest, UpgradeSocket } from '../../server/contract.ts';
import { containerSpec } from '../../workloads/kubelet/run.ts';
import { messageOf } from '../../workloads/machinery/action.ts';
import { nameOf } from '../../workloads/machinery/objects.ts';
import { fields, text } from '../../workloads/machinery/read.ts';
import { resizeTerminal, signalGroup, spawnChild } from '../child.ts';
import { onThisMachine } from '../mount-paths.ts';
import { networkEnvironment } from '../network.ts';
import type { ProcessContainer, ProcessPod } from '../process-pod.ts';
import type { ProcessPods } from '../process-pods.ts';
import { planOf } from '../selection.ts';
import { type ExecAnswer, simulatedExec } from '../simulated-exec.ts';
import type { RemoteStreams } from '../streams/remote-streams.ts';
import { exitStatus, failureStatus } from '../streams/remote-streams.ts';
import type { WantedStreams } from '../streams/spdy-streams.ts';
import { openSpdyStreams } from '../streams/spdy-streams.ts';
import { openWebSocketStreams } from '../streams/websocket-streams.ts';
import { isSpdy, isWebSocket } from '../websocket/handshake.ts';
import { badRequest, chosenContainer, containerStatus, requireNode } from './container.ts';

/** A ConfigMap or Secret beside a pod. */
export type PodLookup = (pod: KubeObject, kind: 'ConfigMap' | 'Secret', name: string) => KubeObject | undefined;

/** pods/NAME/exec: runs a program beside the container's own. */
export function podExec(processes: ProcessPods | undefined, lookup: PodLookup): ConnectHandler {
  return async (request, pod) => {
    const argv = request.query.getAll('command');
    if (argv.length === 0) throw badRequest('you must specify at least one command for the container');
    const wanted = wantedStreams(request.query);
    if (isSimulated(processes, pod, chosenContainer(pod, request.query.get('container')))) {
      const name = chosenContainer(pod, request.query.get('container'));
      const streams = await openStreams(upgradeOf(request), wanted);
      if (streams) pretend(simulatedExec(argv, { pod, name, lookup: (kind, key) => lookup(pod, kind, key) }), streams, wanted);
      return { hijacked: true };
    }
    const { held, container } = runningContainer(processes, pod, request, 'exec');
    const upgrade = upgradeOf(request);
    const network = await networkEnvironment(processes, held);
    const streams = await openStreams(upgrade, wanted);
    if (!streams) return { hijacked: true };
    try {
      const env = { ...container.env, ...network, HOSTNAME: nameOf(pod) };
      const words = argv.map((word) => onThisMachine(word, container.mounts));
      const child = spawnChild({ argv: words, env, cwd: held.files.work, stdin: wanted.stdin, tty: wanted.tty });
      container.execs.add(child);
      child.once('close', () => container.execs.delete(child));
      connectChild(child, streams, wanted);
    } catch (error) {
      streams.finish(failureStatus(`OCI runtime exec failed: exec failed: unable to start container process: ${messageOf(error)}`));
    }
    return { hijacked: true };
  };
}

/** Does this container run, and only pretend to? */
function isSimulated(processes: ProcessPods | undefined, pod: KubeObject, name: string): boolean {
  if (processes?.find(pod)?.containers.has(name) || (processes?.owns(pod) && isPlanned(processes, pod, name))) return false;
  return Object.keys(fields(containerStatus(pod, name), 'state', 'running')).length > 0;
}

function pretend({ stdout, stderr, exitCode }: ExecAnswer, streams: RemoteStreams, { tty }: WantedStreams): void {
  if (stdout !== '') streams.write('stdout', Buffer.from(stdout));
  if (stderr !== '') streams.write(tty ? 'stdout' : 'stderr', Buffer.from(stderr));
  streams.finish(exitStatus(exitCode));
}

export function runningContainer(
  processes: ProcessPods | undefined,
  pod: KubeObject,
  request: ConnectRequest,
  verb: string,
): { held: ProcessPod; container: ProcessContainer } {
  const name = chosenContainer(pod, request.query.get('container'));
  requireNode(pod);
  const held = processes?.find(pod);
  const container = held?.containers.get(name);
  if (held && container && container.child?.exitCode === null && container.child.signalCode === null) return { held, container };
  if (held && container)
    throw new StatusError(500, 'InternalError', `cannot ${verb} in a stopped container; container "${name}" has ended`);
  if (processes?.owns(pod) && !held?.containers.has(name) && isPlanned(processes, pod, name)) {
    const waiting = text(containerStatus(pod, name), 'state', 'waiting', 'reason') || 'ContainerCreating';
    throw badRequest(`container not found ("${name}"): it has not started yet (${waiting})`);
  }
  throw badRequest(
    `pod ${nameOf(pod)} is simulated: no process runs in container ${name}, so there is nothing to ${verb}. ` +
      `Annotate its Deployment with devcluster.caretaker.dev/command to run a local process.`,
  );
}

/** Will this container be a process once it runs? */
function isPlanned(processes: ProcessPods, pod: KubeObject, name: string): boolean {
  try {
    return planOf(pod, containerSpec(pod, name), (ref) => processes.api.peek(ref)) !== undefined;
  } catch {
    // An unreadable command is told by the pod's own status.
    return true;
  }
}

export function wantedStreams(query: URLSearchParams): WantedStreams {
  const asked = (name: string): boolean => ['true', '1'].includes(query.get(name) ?? '');
  const tty = asked('tty');
  return { stdin: asked('stdin'), stdout: asked('stdout'), stderr: asked('stderr') && !tty, tty };
}

export function upgradeOf(request: ConnectRequest): UpgradeSocket {
  if (request.upgrade && (isWebSocket(request.upgrade) || isSpdy(request.upgrade))) return request.upgrade;
  throw badRequest('Upgrade request required');
}

/** The client's channels; undefined when it speaks no protocol of ours (it has been told so). */
export async function openStreams(upgrade: UpgradeSocket, wanted: WantedStreams): Promise<RemoteStreams | undefined> {
  const streams = isSpdy(upgrade) ? await openSpdyStreams(upgrade, wanted) : openWebSocketStreams(upgrade, wanted.stdin);
  if (!streams && !upgrade.socket.destroyed) {
    upgrade.socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  }
  return streams;
}

function connectChild(child: ChildProcess, streams: RemoteStreams, wanted: WantedStreams): void {
  const forward = (from: 'stdout' | 'stderr', to: 'stdout' | 'stderr'): void => {
    const source = child[from];
    source?.on('data', (chunk: Buffer) => {
      if (!wanted[to] || streams.write(to, chunk)) return;
      source.pause();
      streams.drained(() => source.resume());
    });
  };
  forward('stdout', 'stdout');
  // With a terminal there is one output.
  forward('stderr', wanted.tty ? 'stdout' : 'stderr');
  if (child.stdin) {
    child.stdin.on('error', () => undefined);
    streams.stdin?.pipe(child.stdin);
  }
  streams.onResize(({ width, height }) => resizeTerminal(child, width, height));
  streams.onClose(() => signalGroup(child, 'SIGKILL'));
  child.once('error', (error) => streams.finish(failureStatus(error.message)));
  child.once('close', (code, signal) => streams.finish(exitStatus(code ?? (signal === 'SIGKILL' ? 137 : 143))));
}
