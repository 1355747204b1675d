import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import type { KubeObject, Timer } from '@caretaker/kube';
import type { ClusterApi } from '../controllers/contract.ts';
import type { ContainerBackend, ContainerHandle, ContainerStart } from '../workloads/kubelet/backend.ts';
import { SimulatedBackend } from '../workloads/kubelet/simulated-backend.ts';
import { messageOf } from '../workloads/machinery/action.ts';
import { nameOf, namespaceOf, uidOf } from '../workloads/machinery/objects.ts';
import type { Fields } from '../workloads/machinery/read.ts';
import { at, flag, items, text } from '../workloads/machinery/read.ts';
import { LoopbackAddresses } from './addresses.ts';
import { findProgram, signalGroup, spawnChild } from './child.ts';
import { expandVariables } from './command-line.ts';
import { ContainerLog } from './container-log.ts';
import { containerEnvironment } from './environment.ts';
import { imageCommand, isInteractive, programOf } from './image-table.ts';
import type { ServerAddress } from './pod-files.ts';
import { PodFiles } from './pod-files.ts';
import { Prober } from './prober.ts';
import type { ProcessContainer, ProcessPod } from './process-pod.ts';
import { runCommand } from './run-command.ts';
import { isProcessPod, planOf } from './selection.ts';
import type { IssueToken } from './service-account-tokens.ts';
import { PodTokens } from './service-account-tokens.ts';
import { installTools } from './tools.ts';

/** Grace period of a container that its probes condemned. */
const PROBE_GRACE_MS = 30_000;

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
  #path = process.env['PATH'] ?? '';

  constructor(options: ProcessPodsOptions) {
    this.#options = options;
  }

  begin(api: ClusterApi): void {
    this.#api = api;
    this.#addresses = new LoopbackAddresses(api.random);
    // Files of pods of an earlier life: their processes are gone.
    rmSync(join(this.#options.directory, 'pods'), { recursive: true, force: true });
    this.#tokens = new PodTokens(api.clock, api.logger, this.#options.issueToken);
    this.#simulated = new SimulatedBackend(api.clock, { podReadyDelayMs: 0, jobRunMs: 1000 });
    this.#path = [dirname(process.execPath), process.env['PATH'] ?? '', installTools(join(this.#options.directory, 'bin'))].join(':');
  }

  /** Resolves when every process has ended; then nothing of the pods is left. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    for (const held of [...this.#pods.values()]) this.release(held.pod);
    this.#tokens?.stop();
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
    this.#writeAccount(pod, request.pod);
    const env = this.#environment(pod, request);
    const argv = this.#argv(request.container, env, plan);
    const workdir = ('workdir' in plan && plan.workdir) || pod.files.work;
    const tty = flag(request.container, 'tty') && isInteractive(argv);
    const child = spawnChild({ argv, env, cwd: workdir, stdin: flag(request.container, 'stdin'), tty });
    return this.#supervise(pod, request, { child, env, workdir, tty });
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
    const held: ProcessPod = { pod, ip, files, containers: new Map(), proxy: undefined };
    this.#pods.set(uidOf(pod), held);
    return held;
  }

  #writeAccount(held: ProcessPod, pod: KubeObject): void {
    if (at(pod, 'spec', 'automountServiceAccountToken') === false) return;
    const token = this.#tokens?.of(pod, (next) => held.files.writeToken(next));
    if (token !== undefined) held.files.writeServiceAccount(namespaceOf(pod), token, this.#options.server());
  }

  #environment(held: ProcessPod, { pod, container, podIP, hostIP }: ContainerStart): Record<string, string> {
    const api = this.api;
    const own = containerEnvironment(pod, container, { podIP, hostIP }, (kind, name) =>
      name === '' ? undefined : api.peek({ apiVersion: 'v1', kind, namespace: namespaceOf(pod), name }),
    );
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
      ...own,
    };
  }

  #argv(container: Fields, env: Readonly<Record<string, string>>, plan: NonNullable<ReturnType<typeof planOf>>): string[] {
    const words = (member: string): string[] =>
      items(container, member).flatMap((word) => (typeof word === 'string' ? [expandVariables(word, env)] : []));
    if (plan.by === 'annotation') return [...plan.command.map((word) => expandVariables(word, env)), ...words('args')];
    const program = programOf(text(container, 'image'));
    if (!program) return [...words('command'), ...words('args')];
    return imageCommand(program, words('command'), words('args'), (name) => findProgram(name, env['PATH'] ?? '') !== undefined);
  }

  #supervise(
    held: ProcessPod,
    { container, hooks, podIP }: ContainerStart,
    run: { child: ChildProcess; env: Record<string, string>; workdir: string; tty: boolean },
  ): ContainerHandle {
    const { child } = run;
    const { clock } = this.api;
    const name = text(container, 'name');
    const log = new ContainerLog(() => clock.now());
    let killTimer: Timer | undefined;
    let prober: Prober | undefined;
    let reason: string | undefined;
    const execs = new Set<ChildProcess>();
    const stop = (graceMs: number): void => {
      prober?.stop();
      signalGroup(child, graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
      killTimer?.cancel();
      killTimer = graceMs > 0 ? clock.after(graceMs, () => signalGroup(child, 'SIGKILL')) : undefined;
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
        hooks.exited({ exitCode, ...(reason ? { reason } : {}) });
      });
    });
    this.#running.add(ended);
    void ended.then(() => this.#running.delete(ended));
    const previous = held.containers.get(name)?.log;
    const state: ProcessContainer = { child, env: run.env, workdir: run.workdir, log, previous, tty: run.tty, execs, ended };
    held.containers.set(name, state);
    hooks.started();
    prober = new Prober(clock, container, podIP, {
      started: () => undefined,
      ready: (ready) => hooks.ready(ready),
      failed: (kind, message) => hooks.event('Warning', 'Unhealthy', `${kind} probe failed: ${message}`),
      kill: (message) => {
        hooks.event('Normal', 'Killing', `Container ${name} ${message}`);
        stop(PROBE_GRACE_MS);
      },
      exec: (argv) => runCommand({ argv, env: run.env, cwd: run.workdir }),
    });
    prober.start();
    return { stop };
  }
}
