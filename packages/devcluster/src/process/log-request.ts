import { invalid } from '../server/answers/status-reasons.ts';
import { invalid as invalidField } from '../validation/parts/field-errors.ts';
import { rfc3339Micro } from '../workloads/machinery/read.ts';
import type { ContainerLog, LogLine } from './container-log.ts';

/** v1.PodLogOptions, as its query gives them. */
export interface LogOptions {
  follow: boolean;
  previous: boolean;
  timestamps: boolean;
  tailLines: number | undefined;
  limitBytes: number | undefined;
  /** Lines from this time on; milliseconds since the epoch. */
  since: number | undefined;
}

export function logOptions(query: URLSearchParams, now: number): LogOptions {
  const truth = (name: string): boolean => ['true', '1', ''].includes(query.get(name) ?? 'false');
  const count = (name: string): number | undefined => {
    const value = Number.parseInt(query.get(name) ?? '', 10);
    return Number.isNaN(value) ? undefined : value;
  };
  const seconds = count('sinceSeconds');
  const sinceTime = Date.parse(query.get('sinceTime') ?? '');
  return {
    follow: truth('follow'),
    previous: truth('previous'),
    timestamps: truth('timestamps'),
    tailLines: count('tailLines'),
    limitBytes: count('limitBytes'),
    since: seconds !== undefined ? now - seconds * 1000 : Number.isNaN(sinceTime) ? undefined : sinceTime,
  };
}

/** Throws 422 for numbers that make no sense. */
export function checkLogOptions(query: URLSearchParams, name: string): void {
  const causes = LEAST.flatMap(([field, least, words]) => {
    const value = Number.parseInt(query.get(field) ?? '', 10);
    return value < least ? [invalidField(field, value, words)] : [];
  });
  if (causes.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, name, causes);
}

const LEAST = [
  ['tailLines', 0, 'must be greater than or equal to 0'],
  ['limitBytes', 1, 'must be greater than 0'],
  ['sinceSeconds', 1, 'must be greater than 0'],
] as const;

/** The log as bytes: what is there, then (with follow) what comes, until the container ends or `signal` aborts. */
export async function* streamLog(log: ContainerLog, options: LogOptions, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let budget = options.limitBytes ?? Number.POSITIVE_INFINITY;
  let next = firstLine(log, options);
  // How much of an unfinished line has been sent.
  let sent = 0;
  for (;;) {
    const { from, to } = log.range;
    if (next < from) [next, sent] = [from, 0];
    let output = '';
    for (; next < to; ) {
      const line = log.line(next);
      if (!line || (options.since !== undefined && line.time < options.since)) {
        [next, sent] = [next + 1, 0];
        continue;
      }
      output += rendered(line, sent, options);
      if (!line.complete) {
        sent = line.text.length;
        break;
      }
      [next, sent] = [next + 1, 0];
    }
    if (output !== '') {
      const bytes = Buffer.from(output, 'utf8').subarray(0, Math.min(budget, Number.MAX_SAFE_INTEGER));
      budget -= bytes.length;
      yield bytes;
    }
    if (!options.follow || log.closed || signal.aborted || budget <= 0) return;
    await change(log, signal);
  }
}

function rendered(line: LogLine, sent: number, options: LogOptions): string {
  const stamp = options.timestamps && sent === 0 ? `${rfc3339Micro(line.time).replace('Z', '000Z')} ` : '';
  return stamp + line.text.slice(sent) + (line.complete ? '\n' : '');
}

function firstLine(log: ContainerLog, options: LogOptions): number {
  const { from, to } = log.range;
  return options.tailLines === undefined ? from : Math.max(from, to - options.tailLines);
}

function change(log: ContainerLog, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      off();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const off = log.onChange(done);
    signal.addEventListener('abort', done, { once: true });
  });
}
