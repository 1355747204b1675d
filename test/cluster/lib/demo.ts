// Starts `caretaker dev` as a person would, in a folder of its own, and types at it.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kubectlEnvironment } from './control-plane.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..', '..');

export interface Typed {
  stdout: string;
  stderr: string;
  code: number;
}

export interface Demo {
  folder: string;
  kubeconfig: string;
  /** A shell line with KUBECONFIG set, as a person types it. Never rejects for its exit status. */
  type(line: string, timeoutMs?: number): Promise<Typed>;
  /** What the demo printed so far. */
  output(): { stdout: string; stderr: string };
  stop(): Promise<number | null>;
}

/** `npm run demo -- ARGS --data-dir FOLDER`, resolved once both streams match (they are read apart, so one may be ahead). */
export async function startDemo(args: readonly string[], until: { stdout: RegExp; stderr?: RegExp }, timeoutMs = 300_000): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), 'caretaker-demo-'));
  const child = spawn('npm', ['run', '-s', 'demo', '--', ...args, '--data-dir', folder], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let stdout = '';
  let stderr = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await new Promise<void>((resolve, reject) => {
    const look = (): void => {
      if (until.stdout.test(stdout) && (until.stderr?.test(stderr) ?? true)) resolve();
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      look();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      look();
    });
    const say = (what: string): Error => new Error(`${what}\n--- stdout\n${stdout}\n--- stderr\n${stderr}`);
    child.once('exit', (code) => reject(say(`the demo ended with status ${code} before it printed ${until.stdout}`)));
    setTimeout(() => reject(say(`the demo did not print ${until.stdout} within ${timeoutMs} ms`)), timeoutMs).unref();
  });
  const kubeconfig = join(folder, 'kubeconfig');
  return {
    folder,
    kubeconfig,
    type: (line, limit = 180_000) => shell(line, kubeconfig, limit),
    output: () => ({ stdout, stderr }),
    stop: async () => {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
      const code = await exited;
      rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}

async function shell(line: string, kubeconfig: string, timeout: number): Promise<Typed> {
  try {
    const { stdout, stderr } = await run('bash', ['-c', line], {
      cwd: root,
      env: { ...kubectlEnvironment(), KUBECONFIG: kubeconfig },
      timeout,
      maxBuffer: 64 << 20,
    });
    return { stdout, stderr, code: 0 };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const part = (name: string): string => String(Reflect.get(error, name) ?? '');
    return { stdout: part('stdout'), stderr: part('stderr'), code: Number(part('code')) || 1 };
  }
}
