import type { MetricsRegistry } from '../types/metrics.ts';

export type ResultLabel = 'success' | 'error' | 'requeue_after';

export interface ControllerMetrics {
  started(): void;
  finished(result: ResultLabel, seconds: number): void;
}

/** controller-runtime's own families, all series present from the start. */
export function controllerMetrics(registry: MetricsRegistry, controller: string, concurrency: number): ControllerMetrics {
  const total = registry.counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Total number of reconciliations per controller.',
    labelNames: ['controller', 'result'],
  });
  const errors = registry.counter({
    name: 'controller_runtime_reconcile_errors_total',
    help: 'Total number of reconciliation errors per controller.',
    labelNames: ['controller'],
  });
  const time = registry.histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'Length of time per reconciliation per controller.',
    labelNames: ['controller'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60],
  });
  const active = registry.gauge({
    name: 'controller_runtime_active_workers',
    help: 'Number of currently used workers per controller.',
    labelNames: ['controller'],
  });
  const most = registry.gauge({
    name: 'controller_runtime_max_concurrent_reconciles',
    help: 'Maximum number of concurrent reconciles per controller.',
    labelNames: ['controller'],
  });
  for (const result of ['success', 'error', 'requeue_after']) total.inc({ controller, result }, 0);
  errors.inc({ controller }, 0);
  active.set({ controller }, 0);
  most.set({ controller }, concurrency);
  let workers = 0;
  return {
    started: () => active.set({ controller }, ++workers),
    finished: (result, seconds) => {
      active.set({ controller }, --workers);
      total.inc({ controller, result });
      if (result === 'error') errors.inc({ controller });
      time.observe({ controller }, seconds);
    },
  };
}
