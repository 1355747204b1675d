import { KubeError } from '../errors/kube-error.ts';
import type { Counter, FamilySpec, Gauge, Histogram, MetricsRegistry } from '../types/metrics.ts';
import { SimpleFamily } from './family.ts';
import { HistogramFamily } from './histogram.ts';

interface Registered {
  spec: FamilySpec;
  family: SimpleFamily | HistogramFamily;
}

/** An empty registry. Families are rendered in the order of their names. */
export function createMetrics(): MetricsRegistry {
  return new Registry();
}

class Registry implements MetricsRegistry {
  readonly #families = new Map<string, Registered>();
  readonly #collectors: (() => void)[] = [];

  counter(spec: FamilySpec): Counter {
    return this.#simple('counter', spec);
  }

  gauge(spec: FamilySpec): Gauge {
    return this.#simple('gauge', spec);
  }

  histogram(spec: FamilySpec & { buckets?: readonly number[] }): Histogram {
    const known = this.#families.get(spec.name)?.family;
    if (known instanceof HistogramFamily) return known;
    if (known !== undefined) throw conflict(spec.name, known.type);
    const family = new HistogramFamily(spec);
    this.#families.set(spec.name, { spec, family });
    return family;
  }

  onScrape(collect: () => void): void {
    this.#collectors.push(collect);
  }

  render(): string {
    for (const collect of this.#collectors) collect();
    const parts: string[] = [];
    for (const [name, { spec, family }] of [...this.#families].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const samples = family.render();
      if (samples === '') continue;
      parts.push(`# HELP ${name} ${spec.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${family.type}\n`, samples);
    }
    return parts.join('');
  }

  #simple(type: 'counter' | 'gauge', spec: FamilySpec): SimpleFamily {
    const known = this.#families.get(spec.name)?.family;
    if (known instanceof SimpleFamily && known.type === type) return known;
    if (known !== undefined) throw conflict(spec.name, known.type);
    const family = new SimpleFamily(type, spec);
    this.#families.set(spec.name, { spec, family });
    return family;
  }
}

function conflict(name: string, type: string): KubeError {
  return new KubeError('KUBE_METRIC_CONFLICT', `metric ${name} is registered already, as a ${type}`);
}
