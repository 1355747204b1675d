// One of the two clusters: what is typed at it runs in a folder of its own with its own kubeconfig.
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kubectlEnvironment } from '../lib/control-plane.ts';
import { type Names, normalise } from './normalise.ts';
import type { Line, Session } from './session.ts';

const run = promisify(execFile);

export interface SideOptions {
  /** Text of a kubeconfig with the admin's token. */
  kubeconfig: string;
  /** Where its sessions' folders come to be. */
  folder: string;
  /** What lies in each session's folder. */
  files: string;
}

export interface Answer {
  code: number;
  stdout: string;
  stderr: string;
}

const PATIENCE_MS = 120_000;
const LOOK_AGAIN_MS = 250;

export class Side {
  readonly #options: SideOptions;

  constructor(options: SideOptions) {
    this.#options = options;
  }

  /** Makes the namespace and the folder of a session. */
  async open(session: Session): Promise<SessionAtSide> {
    const folder = join(this.#options.folder, session.name);
    const namespace = `kc-${session.name}`;
    mkdirSync(folder, { recursive: true });
    cpSync(this.#options.files, folder, { recursive: true });
    const kubeconfig = join(folder, 'kubeconfig');
    const { url, text } = this.#kubeconfig(namespace);
    writeFileSync(kubeconfig, text, { mode: 0o600 });
    const opened = new SessionAtSide(folder, kubeconfig, join(folder, '.cache'), {
      replace: new Map([
        [folder, '<folder>'],
        [url, '<server>'],
        [new URL(url).host, '<host>'],
      ]),
    });
    await opened.expectSuccess(`kubectl create namespace ${namespace}`);
    // What the controllers put into each namespace: no pod is admitted without the one, and lists hold the other.
    await opened.expectSuccess('kubectl wait --for=create serviceaccount/default configmap/kube-root-ca.crt --timeout=120s >/dev/null');
    return opened;
  }

  /** Waits until nothing is left of a session that was typed. */
  async forget(session: Session): Promise<void> {
    const folder = join(this.#options.folder, session.name);
    const env = { ...kubectlEnvironment(), KUBECONFIG: join(folder, 'kubeconfig') };
    const things = [`namespace/kc-${session.name}`, ...(session.leaves ?? [])];
    await run('kubectl', ['delete', '--ignore-not-found', '--timeout=300s', ...things], { env });
    rmSync(folder, { recursive: true, force: true });
  }

  /** The side's kubeconfig under the same names as the other's, since kubectl quotes them. */
  #kubeconfig(namespace: string): { url: string; text: string } {
    const member = (key: string): string => new RegExp(`"?${key}"?: *"?([^",}\\s]+)`).exec(this.#options.kubeconfig)?.[1] ?? '';
    const url = member('server');
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'test', cluster: { server: url, 'certificate-authority-data': member('certificate-authority-data') } }],
      users: [{ name: 'user', user: { token: member('token') } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'user', namespace } }],
      'current-context': 'test',
    };
    return { url, text: JSON.stringify(config) };
  }
}

export class SessionAtSide {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #names: Names;

  constructor(folder: string, kubeconfig: string, cache: string, names: Names) {
    this.#folder = folder;
    this.#names = names;
    this.#env = {
      ...kubectlEnvironment(),
      KUBECONFIG: kubeconfig,
      KUBECACHEDIR: cache,
      HOME: folder,
      TZ: 'UTC',
      LC_ALL: 'C',
      KUBE_EDITOR: 'false',
    };
  }

  /** Types the line, again and again if it waits for something, and returns its answer made comparable. */
  async type(line: Line): Promise<Answer> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const answer = await this.#shell(line.run);
      if (!line.until || line.until.test(answer.stdout + answer.stderr) || Date.now() > deadline) return this.#comparable(answer, line);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  async expectSuccess(run: string): Promise<void> {
    const { code, stderr } = await this.#shell(run);
    if (code !== 0) throw new Error(`${run}\n${stderr}`);
  }

  #comparable(answer: Answer, line: Line): Answer {
    if (line.codeOnly) return { code: answer.code, stdout: '', stderr: '' };
    const comparable = (text: string): string => {
      let lines = normalise(text, this.#names).split('\n');
      const { only, without } = line;
      if (only) lines = lines.filter((each) => only.test(each));
      if (without) lines = lines.filter((each) => !without.test(each));
      return (line.sorted ? lines.sort() : lines).join('\n');
    };
    return { code: answer.code, stdout: comparable(answer.stdout), stderr: comparable(answer.stderr) };
  }

  #shell(run: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const child = spawn('bash', ['-c', run], { cwd: this.#folder, env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.on('error', reject).on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
    });
  }
}
