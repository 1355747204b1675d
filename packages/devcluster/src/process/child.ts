import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { accessSync, constants, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface ChildSpec {
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** Keep the child's input open. */
  stdin: boolean;
  /** Give it a terminal. */
  tty: boolean;
}

/** The program of an argument list cannot be found: the words of a container runtime. */
export class ProgramNotFoundError extends Error {
  readonly code = 'DEVCLUSTER_PROGRAM_NOT_FOUND';
  readonly retryable = false;
  readonly hint: string;
  constructor(program: string) {
    super(`exec: "${program}": executable file not found in $PATH`);
    this.name = 'ProgramNotFoundError';
    this.hint = `install ${program} on this machine or name another command`;
  }
}

/** Path of a program as a shell would find it. */
export function findProgram(name: string, path: string): string | undefined {
  const candidates = name.includes('/') ? [name] : path.split(delimiter).map((folder) => join(folder, name));
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Starts a program in a process group of its own, so that it ends with all that it started. On Linux the kernel kills it when the devcluster itself is
 * killed. A terminal is made by `script`, which every Linux and macOS has.
 */
export function spawnChild(spec: ChildSpec): ChildProcess {
  const [program = '', ...args] = spec.argv;
  const path = spec.env['PATH'] ?? '';
  const found = findProgram(program, path);
  if (found === undefined) throw new ProgramNotFoundError(program);
  const [command = '', ...words] = withTerminal(withDeathSignal([found, ...args], path), spec.tty, path);
  return spawn(command, words, {
    cwd: spec.cwd,
    env: spec.tty ? { TERM: 'xterm-256color', ...spec.env } : spec.env,
    detached: true,
    stdio: [spec.stdin || spec.tty ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
}

function withDeathSignal(argv: readonly string[], path: string): readonly string[] {
  const setpriv = process.platform === 'linux' ? findProgram('setpriv', path) : undefined;
  return setpriv === undefined ? argv : [setpriv, '--pdeathsig', 'KILL', '--', ...argv];
}

function withTerminal(argv: readonly string[], tty: boolean, path: string): readonly string[] {
  const script = tty ? findProgram('script', path) : undefined;
  if (script === undefined) return argv;
  if (process.platform === 'linux') return [script, '-qefc', argv.map(quote).join(' '), '/dev/null'];
  return [script, '-q', '/dev/null', ...argv];
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Signals the whole group of a child. One that has ended already is no error. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

/** How long a new child may take to have its terminal, and how often it is looked for. Clients tell the size once, at the very start. */
const TERMINAL_TRIES = 100;
const TERMINAL_WAIT_MS = 50;

const sizes = new WeakMap<ChildProcess, { width: number; height: number }>();

/** Sets the size of a child's terminal, as soon as it has one. Where that is not possible it keeps its size. */
export function resizeTerminal(child: ChildProcess, width: number, height: number): void {
  const waiting = sizes.has(child);
  sizes.set(child, { width, height });
  if (!waiting) applySize(child, TERMINAL_TRIES);
}

function applySize(child: ChildProcess, tries: number): void {
  const size = sizes.get(child);
  if (process.platform !== 'linux' || child.pid === undefined || child.exitCode !== null || !size) return;
  const terminal = terminalOf(child.pid);
  if (terminal !== undefined) {
    sizes.delete(child);
    const stty = spawn('stty', ['-F', terminal, 'cols', String(size.width), 'rows', String(size.height)], { stdio: 'ignore' });
    stty.once('error', () => undefined);
  } else if (tries > 0) setTimeout(() => applySize(child, tries - 1), TERMINAL_WAIT_MS).unref();
}

/** The pseudo terminal of what `script` started. */
function terminalOf(pid: number): string | undefined {
  try {
    for (const entry of readdirSync('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      if (parent !== pid) continue;
      const target = readlinkSync(`/proc/${entry}/fd/0`);
      if (target.startsWith('/dev/pts/')) return target;
    }
  } catch {
    return undefined;
  }
  return undefined;
}
