// What Linux says of a process: CPU seconds and resident memory.
import { readFileSync } from 'node:fs';

export interface ProcessUsage {
  /** User and system time, seconds. */
  cpuSeconds: number;
  /** Resident now and at its highest, MiB. */
  rssMiB: number;
  peakRssMiB: number;
}

/** Kernel clock ticks a second; 100 on every Linux that Node runs on. */
const ticks = 100;

export function processUsage(pid: number): ProcessUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command name is in parentheses and may hold spaces: count fields after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticks,
    rssMiB: kib('VmRSS') / 1024,
    peakRssMiB: kib('VmHWM') / 1024,
  };
}
