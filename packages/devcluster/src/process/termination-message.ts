import { existsSync, readFileSync } from 'node:fs';
import { text } from '../workloads/machinery/read.ts';
import type { ContainerLog } from './container-log.ts';
import { type Mounts, onThisMachine } from './mount-paths.ts';

/** Limits of the kubelet: bytes of the file; lines and bytes of the log in its place. */
const FILE_BYTES = 4096;
const LOG_LINES = 80;
const LOG_BYTES = 2048;

/** What a container left behind for people: its terminationMessagePath, or (by policy, when it failed) the end of its log. */
export function terminationMessage(container: unknown, mounts: Mounts, log: ContainerLog, exitCode: number): string | undefined {
  const file = onThisMachine(text(container, 'terminationMessagePath'), mounts);
  const written = file !== '' && existsSync(file) ? readFileSync(file).subarray(0, FILE_BYTES).toString('utf8') : '';
  if (written !== '') return written;
  if (text(container, 'terminationMessagePolicy') !== 'FallbackToLogsOnError' || exitCode === 0) return undefined;
  const { from, to } = log.range;
  let tail = '';
  for (let line = Math.max(from, to - LOG_LINES); line < to; line += 1) tail += `${log.line(line)?.text ?? ''}\n`;
  return Buffer.from(tail).subarray(-LOG_BYTES).toString('utf8') || undefined;
}
