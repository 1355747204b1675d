import type { InformerSpec } from '../types/informer.ts';
import type { MetricsRegistry } from '../types/metrics.ts';
import type { SharedInformer } from './shared-informer.ts';

/** client-go's reflector_* counters, and how many objects each cache holds. */
export function informerMetrics(
  registry: MetricsRegistry,
  running: () => readonly SharedInformer[],
): { requested(spec: InformerSpec, what: 'list' | 'watch'): void } {
  const labelNames = ['api_version', 'kind'];
  const lists = registry.counter({ name: 'reflector_lists_total', help: 'Total number of API lists done by the reflectors.', labelNames });
  const watches = registry.counter({
    name: 'reflector_watches_total',
    help: 'Total number of API watches done by the reflectors.',
    labelNames,
  });
  const objects = registry.gauge({ name: 'informer_objects', help: 'Objects that the informer caches hold.', labelNames });
  registry.onScrape(() => {
    objects.remove({});
    const sums = new Map<string, { spec: InformerSpec; size: number }>();
    for (const { spec, store } of running()) {
      const key = `${spec.apiVersion} ${spec.kind}`;
      sums.set(key, { spec, size: (sums.get(key)?.size ?? 0) + store.size });
    }
    for (const { spec, size } of sums.values()) objects.set({ api_version: spec.apiVersion, kind: spec.kind }, size);
  });
  return {
    requested: ({ apiVersion, kind }, what) => (what === 'list' ? lists : watches).inc({ api_version: apiVersion, kind }),
  };
}
