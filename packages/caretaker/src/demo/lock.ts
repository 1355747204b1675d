import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { UserError } from '../errors.ts';
import type { DataDir } from './data-dir.ts';

/** What a running demo says of itself. */
export interface LockInfo {
  pid: number;
  url: string;
  kubeconfig: string;
  database: string;
}

/** The demo that holds the folder, or undefined when none is running (a lock whose process is gone is stale). */
export function runningDemo(dir: DataDir): LockInfo | undefined {
  const info = read(dir.lock);
  return info !== undefined && alive(info.pid) ? info : undefined;
}

/** Takes the folder. Throws when another demo holds it, saying where it runs and how to choose another folder. */
export function takeLock(dir: DataDir, info: LockInfo): () => void {
  refuseWhenRunning(dir);
  rmSync(dir.lock, { force: true });
  const file = openSync(dir.lock, 'wx', 0o600);
  writeSync(file, `${JSON.stringify(info)}\n`);
  closeSync(file);
  return () => {
    if (read(dir.lock)?.pid === info.pid) rmSync(dir.lock, { force: true });
  };
}

export function refuseWhenRunning(dir: DataDir): void {
  const other = runningDemo(dir);
  if (other === undefined || other.pid === process.pid) return;
  throw new UserError(
    'DemoRunning',
    `a demo is running already: process ${other.pid}, ${other.url || 'starting'}, in ${dir.root}`,
    `use it (export KUBECONFIG=${other.kubeconfig}), stop it (kill ${other.pid}), or choose another folder: --data-dir DIR`,
  );
}

function read(path: string): LockInfo | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // no lock, or one that was cut while being written: nobody holds it
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const text = (key: string): string => {
    const member: unknown = Reflect.get(value, key);
    return typeof member === 'string' ? member : '';
  };
  const pid: unknown = Reflect.get(value, 'pid');
  return typeof pid === 'number' ? { pid, url: text('url'), kubeconfig: text('kubeconfig'), database: text('database') } : undefined;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  try {
    // A process id is used again after a while: on Linux the command line tells.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('caretaker');
  } catch {
    return true;
  }
}
