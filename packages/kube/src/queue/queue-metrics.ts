import type { MetricsRegistry } from '../types/metrics.ts';

/** What a queue reports; names and meanings of client-go's workqueue_* families. */
export interface QueueMetrics {
  added(): void;
  /** A key was taken after waiting this long, seconds. */
  taken(waitedSeconds: number): void;
  /** A key's work ended after this long, seconds. */
  finished(seconds: number): void;
  retried(): void;
}

/** State that is read when somebody scrapes. */
export interface QueueState {
  depth: number;
  /** Seconds of work so far of each key in work. */
  running: readonly number[];
}

const buckets = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000];

export function queueMetrics(registry: MetricsRegistry, name: string, state: () => QueueState): QueueMetrics {
  const labels = { name, controller: name };
  const labelNames = ['controller', 'name'];
  const depth = registry.gauge({ name: 'workqueue_depth', help: 'Current depth of workqueue.', labelNames });
  const adds = registry.counter({ name: 'workqueue_adds_total', help: 'Total number of adds handled by workqueue.', labelNames });
  const retries = registry.counter({ name: 'workqueue_retries_total', help: 'Total number of retries handled by workqueue.', labelNames });
  const waits = registry.histogram({
    name: 'workqueue_queue_duration_seconds',
    help: 'How long in seconds an item stays in workqueue before being requested.',
    labelNames,
    buckets,
  });
  const works = registry.histogram({
    name: 'workqueue_work_duration_seconds',
    help: 'How long in seconds processing an item from workqueue takes.',
    labelNames,
    buckets,
  });
  const unfinished = registry.gauge({
    name: 'workqueue_unfinished_work_seconds',
    help: 'How many seconds of work has been done that is in progress and has not been observed by work_duration.',
    labelNames,
  });
  const longest = registry.gauge({
    name: 'workqueue_longest_running_processor_seconds',
    help: 'How many seconds has the longest running processor for workqueue been running.',
    labelNames,
  });
  adds.inc(labels, 0);
  retries.inc(labels, 0);
  registry.onScrape(() => {
    const now = state();
    depth.set(labels, now.depth);
    unfinished.set(
      labels,
      now.running.reduce((sum, seconds) => sum + seconds, 0),
    );
    longest.set(labels, Math.max(0, ...now.running));
  });
  return {
    added: () => adds.inc(labels),
    taken: (seconds) => waits.observe(labels, seconds),
    finished: (seconds) => works.observe(labels, seconds),
    retried: () => retries.inc(labels),
  };
}
