import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MetricsRegistry } from '../types/metrics.ts';

/** process_* (names of the Go client) and nodejs_* (names of prom-client). Returns the function that ends the measuring. */
export function registerProcessMetrics(registry: MetricsRegistry): () => void {
  const cpu = registry.counter({ name: 'process_cpu_seconds_total', help: 'Total user and system CPU time spent in seconds.' });
  const resident = registry.gauge({ name: 'process_resident_memory_bytes', help: 'Resident memory size in bytes.' });
  const started = registry.gauge({ name: 'process_start_time_seconds', help: 'Start time of the process since unix epoch in seconds.' });
  const descriptors = registry.gauge({ name: 'process_open_fds', help: 'Number of open file descriptors.' });
  const heapUsed = registry.gauge({ name: 'nodejs_heap_size_used_bytes', help: 'Process heap size used in bytes.' });
  const heapTotal = registry.gauge({ name: 'nodejs_heap_size_total_bytes', help: 'Process heap size in bytes.' });
  const external = registry.gauge({ name: 'nodejs_external_memory_bytes', help: 'Node.js external memory size in bytes.' });
  const lag = registry.gauge({
    name: 'nodejs_eventloop_lag_seconds',
    help: 'Delay of the event loop beyond its due time since the last scrape, by quantile, in seconds.',
    labelNames: ['quantile'],
  });
  const version = registry.gauge({ name: 'nodejs_version_info', help: 'Node.js version info.', labelNames: ['version'] });
  version.set({ version: process.version }, 1);
  // Rounded so that it does not drift from scrape to scrape.
  started.set({}, Math.round(Date.now() / 1000 - process.uptime()));

  const resolutionMs = 20;
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  let cpuBefore = 0;
  registry.onScrape(() => {
    const { user, system } = process.cpuUsage();
    const cpuNow = (user + system) / 1e6;
    cpu.inc({}, cpuNow - cpuBefore);
    cpuBefore = cpuNow;
    const memory = process.memoryUsage();
    resident.set({}, memory.rss);
    heapUsed.set({}, memory.heapUsed);
    heapTotal.set({}, memory.heapTotal);
    external.set({}, memory.external);
    const open = openDescriptors();
    if (open !== undefined) descriptors.set({}, open);
    for (const quantile of [50, 90, 99]) {
      const late = delay.percentile(quantile) / 1e9 - resolutionMs / 1e3;
      lag.set({ quantile: String(quantile / 100) }, Math.max(0, late));
    }
    delay.reset();
  });
  return () => delay.disable();
}

/** Known on Linux alone. */
function openDescriptors(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return undefined;
  }
}
