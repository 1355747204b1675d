import type { KubeObject, Timer } from '@caretaker/kube';
import type { ClusterApi } from '../../controllers/contract.ts';
import { messageOf } from '../machinery/action.ts';
import type { ClusterEvents } from '../machinery/events.ts';
import { isDeleting, namespaceOf, uidOf } from '../machinery/objects.ts';
import { fields, integer, sameJson, text } from '../machinery/read.ts';
import { type CrashBackOff, crashDelay, crashWords, pullDelay } from './back-off.ts';
import type { ContainerBackend, ContainerExit, ContainerHandle, ContainerStart } from './backend.ts';
import { missingEnvironment, missingVolume } from './references.ts';
import type { ContainerRun, PodRun, Terminated } from './run.ts';
import { containerPath, containerSpec, ephemeralRuns, isPassed, isRestarted, newRun } from './run.ts';
import { podStatus } from './status.ts';
import { StatusWriter } from './status-writer.ts';

export interface PodWorkerDeps {
  api: ClusterApi;
  events: ClusterEvents;
  backend: ContainerBackend;
  hostIP: string;
  /** The pod's containers from an earlier life of the cluster. */
  resume?: PodRun;
  /** The pod waits, or waits no more, for a ConfigMap or Secret. */
  waiting(forReference: boolean): void;
  /** The pod is gone and nothing of it runs any more. */
  finished(): void;
}

/**
 * Runs one pod: starts its containers in order, restarts them by policy with back-off, reports its status, ends it when it is deleted.
 * All calls are synchronous; the status is written in the background, the newest state at a time.
 */
export class PodWorker {
  readonly #deps: PodWorkerDeps;
  readonly #run: PodRun;
  readonly #handles = new Map<string, ContainerHandle | undefined>();
  readonly #timers = new Map<string, Timer>();
  readonly #crashes = new Map<string, CrashBackOff>();
  readonly #pulls = new Map<string, number>();
  readonly #writer: StatusWriter;
  #pod: KubeObject;
  #terminating = false;
  #closed = false;

  constructor(pod: KubeObject, deps: PodWorkerDeps) {
    this.#pod = pod;
    this.#deps = deps;
    this.#run = deps.resume ?? newRun(pod, deps.hostIP, deps.api.clock.now());
    this.#writer = new StatusWriter({
      api: deps.api,
      pod: () => this.#pod,
      status: (live) => podStatus(live, this.#run, this.#now()),
      over: () => this.#terminating && this.#handles.size === 0,
    });
  }

  get run(): PodRun {
    return this.#run;
  }

  start(): void {
    const deadline = integer(this.#pod, 'spec', 'activeDeadlineSeconds');
    if (deadline !== undefined) {
      const left = this.#run.startTime + deadline * 1000 - this.#now();
      this.#after(' deadline', Math.max(0, left), () =>
        this.#end('DeadlineExceeded', 'Pod was active on the node longer than the specified deadline'),
      );
    }
    for (const container of [...this.#run.containers, ...this.#run.ephemeral]) this.#revive(container);
    this.update(this.#pod);
    this.#changed();
  }

  /** A container that ran before the cluster was restarted goes on, or is started again as after a restart of its node. */
  #revive(container: ContainerRun): void {
    if (container.state.is !== 'running') return;
    const handle = this.#deps.backend.resume(this.#request(container), container.ready);
    if (handle) {
      this.#handles.set(container.name, handle);
      return;
    }
    const { startedAt } = container.state;
    const { containerId } = container;
    const lost: Terminated = { is: 'terminated', exitCode: 255, reason: 'Unknown', startedAt, finishedAt: this.#now(), containerId };
    if (this.#isEphemeral(container)) {
      container.state = lost;
      return;
    }
    container.last = lost;
    container.restartCount += 1;
    container.ready = false;
    container.started = false;
    container.state = { is: 'waiting', reason: 'ContainerCreating' };
  }

  update(pod: KubeObject): void {
    const old = this.#pod;
    this.#pod = pod;
    if (this.#closed) return;
    if (isDeleting(pod)) this.#terminate();
    else {
      this.#step();
      if (!sameJson(fields(old, 'status')['conditions'], fields(pod, 'status')['conditions'])) this.#changed();
    }
  }

  /** The object is gone: whatever still runs is killed. */
  gone(): void {
    if (this.#closed) return;
    this.#terminating = true;
    for (const handle of this.#handles.values()) handle?.stop(0);
    this.#close();
  }

  /** The cluster stops: no writes and no timers any more; processes are asked to end. */
  halt(graceMs: number): void {
    this.#closed = true;
    this.#writer.close();
    for (const timer of this.#timers.values()) timer.cancel();
    for (const handle of this.#handles.values()) handle?.stop(graceMs);
  }

  /** Starts whatever may start now. */
  #step(): void {
    if (this.#terminating || this.#closed || this.#run.ended) return;
    const unmounted = missingVolume(this.#pod, this.#lookup);
    this.#deps.waiting(unmounted !== undefined);
    if (unmounted !== undefined) {
      if (!this.#timers.has(' mount')) {
        this.#after(' mount', 1000, () => {
          if (missingVolume(this.#pod, this.#lookup) !== undefined) this.#event('Warning', 'FailedMount', unmounted);
          this.#step();
        });
      }
      return;
    }
    this.#run.podIP ??= this.#deps.backend.allocateIP(this.#pod);
    this.#run.ephemeral = ephemeralRuns(this.#pod, this.#run.ephemeral);
    for (const container of this.#run.ephemeral) this.#beginWaiting(container);
    for (const container of this.#run.containers) {
      this.#beginWaiting(container);
      if (container.init && !isPassed(this.#pod, container)) return;
    }
  }

  #beginWaiting(container: ContainerRun): void {
    if (container.state.is === 'waiting' && !this.#timers.has(container.name) && !this.#handles.has(container.name)) this.#begin(container);
  }

  #begin(container: ContainerRun): void {
    const spec = containerSpec(this.#pod, container.name);
    const missing = missingEnvironment(this.#pod, spec, this.#lookup);
    if (missing !== undefined) {
      this.#deps.waiting(true);
      this.#wait(container, 'CreateContainerConfigError', missing);
      return;
    }
    const failure = this.#deps.backend.pullError(this.#pod, spec);
    if (failure !== undefined) this.#pullFailed(container, failure);
    else void this.#create(container, spec);
  }

  async #create(container: ContainerRun, spec: ReturnType<typeof containerSpec>): Promise<void> {
    const path = this.#path(container);
    const image = text(spec, 'image');
    this.#handles.set(container.name, undefined);
    this.#event('Normal', 'Pulled', `Container image "${image}" already present on machine`, path);
    try {
      const started = this.#deps.backend.start(this.#request(container));
      const handle = started instanceof Promise ? await started : started;
      if (container.state.is !== 'terminated') this.#handles.set(container.name, handle);
      if (this.#terminating || this.#closed) handle.stop(0);
    } catch (error) {
      this.#handles.delete(container.name);
      this.#event('Warning', 'Failed', `Error: ${messageOf(error)}`, path);
      this.#exited(container, { exitCode: 128, reason: 'StartError', message: messageOf(error) });
    }
  }

  #request(container: ContainerRun): ContainerStart {
    const path = this.#path(container);
    return {
      pod: this.#pod,
      container: containerSpec(this.#pod, container.name),
      init: container.init,
      podIP: this.#run.podIP ?? '',
      hostIP: this.#run.hostIP,
      restartCount: container.restartCount,
      hooks: {
        started: () => this.#started(container, path),
        ready: (ready) => this.#ready(container, ready),
        exited: (exit) => this.#exited(container, exit),
        event: (type, reason, message) => this.#event(type, reason, message, path),
      },
    };
  }

  #started(container: ContainerRun, path: string): void {
    container.containerId = `devcluster://${uidOf(this.#pod)}-${container.name}-${container.restartCount}`;
    container.state = { is: 'running', startedAt: this.#now() };
    container.started = !this.#isEphemeral(container);
    this.#event('Normal', 'Created', `Container created`, path);
    this.#event('Normal', 'Started', `Container started`, path);
    this.#changed();
    if (container.init) this.#step();
  }

  #ready(container: ContainerRun, ready: boolean): void {
    if (container.ready === ready || container.state.is !== 'running' || this.#isEphemeral(container)) return;
    container.ready = ready;
    this.#changed();
  }

  #exited(container: ContainerRun, exit: ContainerExit): void {
    if (this.#closed) return;
    this.#handles.delete(container.name);
    const startedAt = container.state.is === 'running' ? container.state.startedAt : this.#now();
    const terminated: Terminated = {
      is: 'terminated',
      exitCode: exit.exitCode,
      ...(exit.signal ? { signal: exit.signal } : {}),
      reason: exit.reason ?? (exit.exitCode === 0 ? 'Completed' : 'Error'),
      ...(exit.message ? { message: exit.message } : {}),
      startedAt,
      finishedAt: this.#now(),
      containerId: container.containerId,
    };
    container.state = terminated;
    container.ready = false;
    container.started = false;
    this.#changed();
    if (this.#terminating || this.#run.ended) this.#finishIfDone();
    else if (!this.#isEphemeral(container) && isRestarted(this.#pod, container, exit.exitCode)) this.#restart(container, terminated);
    else this.#step();
  }

  #restart(container: ContainerRun, terminated: Terminated): void {
    const ranFor = terminated.finishedAt - terminated.startedAt;
    const backOff = crashDelay(this.#crashes.get(container.name), ranFor);
    this.#crashes.set(container.name, backOff.next);
    const restart = (): void => {
      container.last = terminated;
      container.restartCount += 1;
      container.state = { is: 'waiting', reason: 'ContainerCreating' };
      this.#step();
    };
    if (backOff.delayMs === 0) {
      restart();
      return;
    }
    const words = crashWords(this.#pod, container.name, backOff.delayMs);
    container.last = terminated;
    container.state = { is: 'waiting', reason: 'CrashLoopBackOff', message: words.state };
    this.#event('Warning', 'BackOff', words.event, this.#path(container));
    this.#after(container.name, backOff.delayMs, restart);
  }

  #pullFailed(container: ContainerRun, failure: string): void {
    const path = this.#path(container);
    const attempt = this.#pulls.get(container.name) ?? 0;
    this.#pulls.set(container.name, attempt + 1);
    this.#event('Normal', 'Pulling', `Pulling image "${container.image}"`, path);
    this.#event('Warning', 'Failed', `Failed to pull image "${container.image}": ${failure}`, path);
    this.#event('Warning', 'Failed', 'Error: ErrImagePull', path);
    this.#wait(container, 'ErrImagePull', failure);
    const delay = pullDelay(attempt);
    this.#after(container.name, Math.min(2000, delay), () => {
      const message = `Back-off pulling image "${container.image}"`;
      this.#event('Normal', 'BackOff', message, path);
      this.#event('Warning', 'Failed', 'Error: ImagePullBackOff', path);
      this.#wait(container, 'ImagePullBackOff', `${message}: ErrImagePull: ${failure}`);
      this.#after(container.name, delay, () => this.#step());
    });
  }

  #wait(container: ContainerRun, reason: string, message: string): void {
    if (container.state.is === 'waiting' && container.state.reason === reason && container.state.message === message) return;
    container.state = { is: 'waiting', reason, message };
    if (reason === 'CreateContainerConfigError') this.#event('Warning', 'Failed', `Error: ${message}`, this.#path(container));
    this.#changed();
  }

  /** Ends the pod for good although nobody deleted it. */
  #end(reason: string, message: string): void {
    this.#run.ended = { reason, message };
    for (const handle of this.#handles.values()) handle?.stop(this.#graceMs());
    this.#event('Normal', reason, message);
    this.#changed();
  }

  #terminate(): void {
    if (this.#terminating) return;
    this.#terminating = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    for (const [name, handle] of this.#handles) {
      this.#event('Normal', 'Killing', `Stopping container ${name}`, this.#path({ name }));
      handle?.stop(this.#graceMs());
    }
    this.#finishIfDone();
  }

  #graceMs(): number {
    const seconds = this.#pod.metadata.deletionGracePeriodSeconds ?? integer(this.#pod, 'spec', 'terminationGracePeriodSeconds') ?? 30;
    return seconds * 1000;
  }

  #finishIfDone(): void {
    if (this.#handles.size > 0 || !this.#terminating) return;
    for (const container of this.#run.containers) {
      if (container.state.is === 'waiting' && container.last) container.state = container.last;
    }
    this.#changed();
  }

  #changed(): void {
    this.#writer.changed();
  }

  #close(): void {
    this.#closed = true;
    this.#writer.close();
    for (const timer of this.#timers.values()) timer.cancel();
    this.#deps.backend.release(this.#pod);
    this.#deps.finished();
  }

  #after(name: string, ms: number, fire: () => void): void {
    this.#timers.get(name)?.cancel();
    this.#timers.set(
      name,
      this.#deps.api.clock.after(ms, () => {
        this.#timers.delete(name);
        if (!this.#closed) fire();
      }),
    );
  }

  readonly #lookup = (kind: 'ConfigMap' | 'Secret', name: string): KubeObject | undefined =>
    this.#deps.api.peek({ apiVersion: 'v1', kind, namespace: namespaceOf(this.#pod), name });

  #path({ name }: { name: string }): string {
    return containerPath(this.#pod, name);
  }

  #isEphemeral(container: ContainerRun): boolean {
    return this.#run.ephemeral.includes(container);
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string, fieldPath?: string): void {
    if (this.#closed) return;
    this.#deps.events.record({ on: this.#pod, type, reason, message, ...(fieldPath ? { fieldPath } : {}) });
  }

  #now(): number {
    return this.#deps.api.clock.now();
  }
}
