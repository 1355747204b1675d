import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Usage } from './simulated-usage.ts';

/** CPU seconds since its start and resident bytes of one process. */
interface ProcessSample {
  pid: number;
  parent: number;
  cpuSeconds: number;
  memory: number;
}

const TICKS_PER_SECOND = 100;
const PAGE = 4096;
/** Rates over shorter times than this are noise. */
const LEAST_MS = 1000;

/** Every process of this machine: from /proc where there is one, else from `ps`. */
export function readProcesses(): ProcessSample[] {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

function fromProc(): ProcessSample[] {
  const samples: ProcessSample[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const number = (index: number): number => Number(fields[index] ?? 0);
      // Fields of proc(5), counted from `state`: ppid 1, utime 11, stime 12, rss 21.
      const cpuSeconds = (number(11) + number(12)) / TICKS_PER_SECOND;
      samples.push({ pid: Number(entry), parent: number(1), cpuSeconds, memory: number(21) * PAGE });
    } catch {
      // It ended while we looked.
    }
  }
  return samples;
}

function fromPs(): ProcessSample[] {
  const lines = execFileSync('ps', ['-Ao', 'pid=,ppid=,rss=,time='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [pid, parent, rss, time = '0'] = line.trim().split(/\s+/);
    if (!pid) return [];
    const seconds = time.split(':').reduce((total, part) => total * 60 + Number(part), 0);
    return [{ pid: Number(pid), parent: Number(parent), cpuSeconds: seconds, memory: Number(rss) * 1024 }];
  });
}

/** Use of a process and of all that it started. */
export function treeUsage(samples: readonly ProcessSample[], root: number): { cpuSeconds: number; memory: number } | undefined {
  const children = new Map<number, ProcessSample[]>();
  for (const sample of samples) children.set(sample.parent, [...(children.get(sample.parent) ?? []), sample]);
  const first = samples.find((sample) => sample.pid === root);
  if (!first) return undefined;
  const total = { cpuSeconds: 0, memory: 0 };
  const queue = [first];
  for (const sample of queue) {
    total.cpuSeconds += sample.cpuSeconds;
    total.memory += sample.memory;
    queue.push(...(children.get(sample.pid) ?? []));
  }
  return total;
}

/** Turns growing CPU seconds into cores in use, between one look and the next. */
export class UsageMeter {
  readonly #last = new Map<number, { at: number; cpuSeconds: number; rate: number }>();
  #samples: { at: number; list: ProcessSample[] } | undefined;

  /** `now` and `startedAt` in milliseconds of one clock. */
  read(pid: number, startedAt: number, now: number): Usage | undefined {
    if (!this.#samples || now - this.#samples.at >= LEAST_MS) this.#samples = { at: now, list: readProcesses() };
    const used = treeUsage(this.#samples.list, pid);
    if (!used) {
      this.#last.delete(pid);
      return undefined;
    }
    const last = this.#last.get(pid);
    const since = last ?? { at: startedAt, cpuSeconds: 0, rate: 0 };
    const elapsed = this.#samples.at - since.at;
    if (last && elapsed < LEAST_MS) return { cpu: last.rate, memory: used.memory };
    const rate = Math.max(0, (used.cpuSeconds - since.cpuSeconds) / Math.max(elapsed / 1000, 0.001));
    this.#last.set(pid, { at: this.#samples.at, cpuSeconds: used.cpuSeconds, rate });
    return { cpu: rate, memory: used.memory };
  }
}
