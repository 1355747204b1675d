import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import type { KubeObject, Timer } from '@caretaker/kube';
import type { ClusterApi, ClusterEvent } from '../controllers/contract.ts';
import type { ContainerBackend, ContainerHandle, ContainerStart } from '../workloads/kubelet/backend.ts';
import { SimulatedBackend } from '../workloads/kubelet/simulated-backend.ts';
import { messageOf } from '../workloads/machinery/action.ts';
import { CONFIG_MAP, PERSISTENT_VOLUME_CLAIM, POD, SECRET } from '../workloads/machinery/kinds.ts';
import { nameOf, namespaceOf, uidOf } from '../workloads/machinery/objects.ts';
import type { Fields } from '../workloads/machinery/read.ts';
import { at, flag, integer, items, text } from '../workloads/machinery/read.ts';
import { LoopbackAddresses } from './addresses.ts';
import { findProgram, signalGroup, spawnChild } from './child.ts';
import { expandVariables } from './command-line.ts';
import { ContainerLog } from './container-log.ts';
import { containerEnvironment } from './environment.ts';
import { imageCommand, isInteractive, programOf } from './image-table.ts';
import { runHook } from './lifecycle.ts';
import { type Mounts, mountsOf, onThisMachine } from './mount-paths.ts';
import type { ServerAddress } from './pod-files.ts';
import { PodFiles } from './pod-files.ts';
import { PodVolumes } from './pod-volumes.ts';
import { Prober } from './prober.ts';
import type { ProcessContainer, ProcessPod } from './process-pod.ts';
import { runCommand } from './run-command.ts';
import { isProcessPod, planOf } from './selection.ts';
import type { IssueToken } from './service-account-tokens.ts';
import { PodTokens } from './service-account-tokens.ts';
import { endStragglers, MARK } from './stragglers.ts';
import { terminationMessage } from './termination-message.ts';
import { installTools } from './tools.ts';
import type { VolumeSources } from './volume-files.ts';

export interface ProcessPodsOptions {
  /** Folder for the pods' files; it must be the user's own. */
  directory: string;
  server: () => ServerAddress;
  issueToken: IssueToken;
}

/** Runs containers as local processes. */
export class ProcessPods implements ContainerBackend {
  readonly #options: ProcessPodsOptions;
  readonly #pods = new Map<string, ProcessPod>();
  readonly #running = new Set<Promise<unknown>>();
  #api: ClusterApi | undefined;
  #addresses: LoopbackAddresses | undefined;
  #tokens: PodTokens | undefined;
  #simulated: SimulatedBackend | undefined;
  #unwatch: (() => void)[] = [];
  #path = process.env['PATH'] ?? '';

  constructor(options: ProcessPodsOptions) {
    this.#options = options;
  }

  begin(api: ClusterApi): void {
    this.#api = api;
    this.#addresses = new LoopbackAddresses(api.random);
    // Pods of an earlier life: of their processes, those may have outlived it that left their process group.
    endStragglers((mark) => mark.startsWith(`${this.#options.directory}:`));
    rmSync(join(this.#options.directory, 'pods'), { recursive: true, force: true });
    this.#unwatch = [CONFIG_MAP, SECRET, POD, PERSISTENT_VOLUME_CLAIM].map((kind) => api.watch(kind, (event) => this.#follow(event)));
    this.#tokens = new PodTokens(api.clock, api.logger, this.#options.issueToken);
    this.#simulated = new SimulatedBackend(api.clock, { podReadyDelayMs: 0, jobRunMs: 1000 });
    this.#path = [dirname(process.execPath), process.env['PATH'] ?? '', installTools(join(this.#options.directory, 'bin'))].join(':');
  }

  /** Resolves when every process has ended; then nothing of the pods is left. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    for (const held of [...this.#pods.values()]) this.release(held.pod);
    this.#tokens?.stop();
    for (const unwatch of this.#unwatch) unwatch();
  }

  find(pod: KubeObject): ProcessPod | undefined {
    return this.#pods.get(uidOf(pod));
  }

  get all(): Iterable<ProcessPod> {
    return this.#pods.values();
  }

  get api(): ClusterApi {
    if (!this.#api) throw new Error('process pods have not begun');
    return this.#api;
  }

  /** False in a cluster without the kubelet controller. */
  get begun(): boolean {
    return this.#api !== undefined;
  }

  owns(pod: KubeObject): boolean {
    return this.begun && isProcessPod(pod, (ref) => this.api.peek(ref));
  }

  allocateIP(pod: KubeObject): string {
    return this.#podOf(pod).ip;
  }

  pullError(): string | undefined {
    return undefined;
  }

  start(request: ContainerStart): ContainerHandle {
    const plan = planOf(request.pod, request.container, (ref) => this.api.peek(ref));
    if (plan === undefined) return this.#simulated?.start(request) ?? { stop: () => undefined };
    const pod = this.#podOf(request.pod);
    pod.hostIP = request.hostIP;
    this.#writeAccount(pod, request.pod);
    pod.volumes.sync();
    const own = this.#ownEnvironment(request);
    const mounts = [
      ...this.#terminationMount(pod, request.container),
      ...mountsOf(request.container, (name) => pod.volumes.folderOf(name), own),
    ];
    const mark = [this.#options.directory, uidOf(request.pod), text(request.container, 'name'), request.restartCount].join(':');
    const env = { ...this.#environment(pod, request), ...mapped(own, mounts), [MARK]: mark };
    const argv = this.#argv(request.container, env, plan, mounts);
    const workdir = ('workdir' in plan && plan.workdir) || mountedWorkdir(request.container, mounts) || pod.files.work;
    const tty = flag(request.container, 'tty') && isInteractive(argv);
    const child = spawnChild({ argv, env, cwd: workdir, stdin: flag(request.container, 'stdin'), tty });
    child.once('exit', () => endStragglers((found) => found === mark));
    return this.#supervise(pod, request, { child, env, workdir, tty, mounts });
  }

  /** Processes end with the cluster that started them. */
  resume(): undefined {
    return undefined;
  }

  release(pod: KubeObject): void {
    const held = this.#pods.get(uidOf(pod));
    if (!held) return;
    this.#pods.delete(uidOf(pod));
    this.#addresses?.release(held.ip);
    this.#tokens?.release(pod);
    void held.proxy?.then((proxy) => proxy.close());
    for (const container of held.containers.values()) container.log.close();
    held.files.remove();
  }

  #podOf(pod: KubeObject): ProcessPod {
    const known = this.#pods.get(uidOf(pod));
    if (known) return known;
    const files = new PodFiles(join(this.#options.directory, 'pods'), pod);
    const ip = this.#addresses?.allocate() ?? '127.0.0.1';
    const volumes = new PodVolumes(join(files.root, 'volumes'), join(this.#options.directory, 'claims'), () => this.#volumeSources(held));
    const held: ProcessPod = { pod, ip, hostIP: '', files, volumes, tokens: new Map(), containers: new Map(), proxy: undefined };
    this.#pods.set(uidOf(pod), held);
    return held;
  }

  #writeAccount(held: ProcessPod, pod: KubeObject): void {
    if (at(pod, 'spec', 'automountServiceAccountToken') === false) return;
    const token = this.#tokens?.of(pod, (next) => {
      held.files.writeToken(next);
      held.tokens.clear();
      held.tokens.set('', next);
      held.volumes.sync();
    });
    if (token !== undefined) held.tokens.set('', token);
    if (token !== undefined) held.files.writeServiceAccount(namespaceOf(pod), token, this.#options.server());
  }

  #volumeSources(held: ProcessPod): VolumeSources {
    const { api } = this;
    return {
      pod: held.pod,
      address: { podIP: held.ip, hostIP: held.hostIP },
      lookup: (kind, name) => (name === '' ? undefined : api.peek({ apiVersion: 'v1', kind, namespace: namespaceOf(held.pod), name })),
      token: (audience, lifetimeSeconds) => {
        const known = held.tokens.get(audience);
        const token = known ?? this.#options.issueToken(held.pod, lifetimeSeconds, audience || undefined);
        held.tokens.set(audience, token);
        return token;
      },
    };
  }

  /** Volumes follow their ConfigMaps and Secrets, and the labels of their pods. */
  #follow({ type, object }: ClusterEvent): void {
    if (type === 'ADDED' && this.#pods.size === 0) return;
    for (const held of this.#pods.values()) {
      if (namespaceOf(held.pod) !== namespaceOf(object) || held.containers.size === 0) continue;
      if (object.kind !== 'Pod') held.volumes.sync();
      else if (uidOf(held.pod) === uidOf(object) && type !== 'DELETED') {
        held.pod = object;
        held.volumes.sync();
      }
    }
    if (object.kind === 'PersistentVolumeClaim' && type === 'DELETED') {
      rmSync(join(this.#options.directory, 'claims', `${namespaceOf(object)}_${nameOf(object)}`), { recursive: true, force: true });
    }
  }

  #terminationMount(held: ProcessPod, container: Fields): Mounts {
    const path = text(container, 'terminationMessagePath');
    return path === '' ? [] : [{ path, at: join(held.files.root, `termination-${text(container, 'name')}`) }];
  }

  #ownEnvironment({ pod, container, podIP, hostIP }: ContainerStart): Record<string, string> {
    const { api } = this;
    return containerEnvironment(pod, container, { podIP, hostIP }, (kind, name) =>
      name === '' ? undefined : api.peek({ apiVersion: 'v1', kind, namespace: namespaceOf(pod), name }),
    );
  }

  /** What every process of a pod has beside the variables of its own. */
  #environment(held: ProcessPod, { pod, podIP }: ContainerStart): Record<string, string> {
    const machine = Object.fromEntries(
      ['LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER'].flatMap((name) =>
        process.env[name] === undefined ? [] : [[name, process.env[name] ?? '']],
      ),
    );
    return {
      ...machine,
      PATH: this.#path,
      HOME: held.files.work,
      HOSTNAME: nameOf(pod),
      KUBECONFIG: held.files.kubeconfig,
      SERVICE_ACCOUNT_DIR: held.files.serviceAccount,
      DEVCLUSTER_POD_IP: podIP,
    };
  }

  #argv(container: Fields, env: Readonly<Record<string, string>>, plan: NonNullable<ReturnType<typeof planOf>>, mounts: Mounts): string[] {
    const words = (member: string): string[] =>
      items(container, member).flatMap((word) => (typeof word === 'string' ? [expandVariables(onThisMachine(word, mounts), env)] : []));
    if (plan.by === 'annotation') return [...plan.command.map((word) => expandVariables(word, env)), ...words('args')];
    const program = programOf(text(container, 'image'));
    if (!program) return [...words('command'), ...words('args')];
    return imageCommand(program, words('command'), words('args'), (name) => findProgram(name, env['PATH'] ?? '') !== undefined);
  }

  #supervise(
    held: ProcessPod,
    { pod, container, hooks, podIP }: ContainerStart,
    run: { child: ChildProcess; env: Record<string, string>; workdir: string; tty: boolean; mounts: Mounts },
  ): ContainerHandle {
    const { child } = run;
    const { clock } = this.api;
    const name = text(container, 'name');
    const log = new ContainerLog(() => clock.now());
    let killTimer: Timer | undefined;
    let prober: Prober | undefined;
    let reason: string | undefined;
    const execs = new Set<ChildProcess>();
    const exec = (argv: readonly string[]) =>
      runCommand({ argv: argv.map((word) => onThisMachine(word, run.mounts)), env: run.env, cwd: run.workdir });
    const hook = (handler: unknown) => runHook(handler, { clock, container, address: podIP, exec });
    const preStop = at(container, 'lifecycle', 'preStop');
    let stopping = false;
    const stop = (graceMs: number): void => {
      prober?.stop();
      killTimer?.cancel();
      if (graceMs <= 0) {
        signalGroup(child, 'SIGKILL');
        return;
      }
      killTimer = clock.after(graceMs, () => signalGroup(child, 'SIGKILL'));
      if (stopping) return;
      stopping = true;
      if (preStop === undefined) {
        signalGroup(child, 'SIGTERM');
        return;
      }
      void hook(preStop).then((failure) => {
        if (failure !== undefined) hooks.event('Warning', 'FailedPreStopHook', `PreStopHook failed`);
        if (child.exitCode === null && child.signalCode === null) signalGroup(child, 'SIGTERM');
      });
    };
    const ended = new Promise<number>((resolve) => {
      child.stdout?.on('data', (chunk: Buffer) => log.write('stdout', chunk));
      child.stderr?.on('data', (chunk: Buffer) => log.write('stderr', chunk));
      child.stdin?.on('error', () => undefined);
      child.once('error', (error) => {
        log.write('stderr', Buffer.from(`${messageOf(error)}\n`));
        reason = 'StartError';
      });
      child.once('exit', () => signalGroup(child, 'SIGKILL'));
      child.once('close', (code, signal) => {
        killTimer?.cancel();
        prober?.stop();
        log.close();
        for (const exec of execs) signalGroup(exec, 'SIGKILL');
        const exitCode = code !== null && code >= 0 ? code : 128 + (signal ? (constants.signals[signal] ?? 0) : 0);
        resolve(exitCode);
        const message = terminationMessage(container, run.mounts, log, exitCode);
        hooks.exited({ exitCode, ...(reason ? { reason } : {}), ...(message ? { message } : {}) });
      });
    });
    this.#running.add(ended);
    void ended.then(() => this.#running.delete(ended));
    const previous = held.containers.get(name)?.log;
    const state: ProcessContainer = {
      child,
      env: run.env,
      workdir: run.workdir,
      log,
      previous,
      tty: run.tty,
      mounts: run.mounts,
      execs,
      ended,
    };
    held.containers.set(name, state);
    hooks.started();
    prober = new Prober(clock, container, podIP, {
      started: () => undefined,
      ready: (ready) => hooks.ready(ready),
      failed: (kind, message) => hooks.event('Warning', 'Unhealthy', `${kind} probe failed: ${message}`),
      kill: (message, graceSeconds) => {
        hooks.event('Normal', 'Killing', `Container ${name} ${message}`);
        stop((graceSeconds ?? integer(pod, 'spec', 'terminationGracePeriodSeconds') ?? 30) * 1000);
      },
      exec,
    });
    const postStart = at(container, 'lifecycle', 'postStart');
    if (postStart === undefined) prober.start();
    else {
      // A container counts as started once its hook is through; one whose hook fails is killed.
      void hook(postStart).then((failure) => {
        if (failure === undefined) prober?.start();
        else {
          hooks.event('Warning', 'FailedPostStartHook', failure);
          hooks.event('Normal', 'Killing', `FailedPostStartHook`);
          stop((integer(pod, 'spec', 'terminationGracePeriodSeconds') ?? 30) * 1000);
        }
      });
    }
    return { stop };
  }
}

/** `workingDir`, where it is in a volume. */
function mountedWorkdir(container: Fields, mounts: Mounts): string | undefined {
  const wanted = text(container, 'workingDir');
  const here = onThisMachine(wanted, mounts);
  return here === wanted ? undefined : here;
}

function mapped(env: Readonly<Record<string, string>>, mounts: Mounts): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, onThisMachine(value, mounts)]));
}
