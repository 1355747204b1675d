export type Labels = Record<string, string>;

/** A gauge or counter family. Series of a deleted object are removed with `remove`. */
export interface Counter {
  inc(labels?: Labels, by?: number): void;
  remove(match: Labels): void;
}
export interface Gauge {
  set(labels: Labels, value: number): void;
  remove(match: Labels): void;
}
export interface Histogram {
  observe(labels: Labels, value: number): void;
  remove(match: Labels): void;
}

export interface FamilySpec {
  name: string;
  help: string;
  /** Order is the order of output. */
  labelNames?: readonly string[];
}

/** Prometheus text exposition 0.0.4. Registering the same name twice returns the same family. */
export interface MetricsRegistry {
  counter(spec: FamilySpec): Counter;
  gauge(spec: FamilySpec): Gauge;
  histogram(spec: FamilySpec & { buckets?: readonly number[] }): Histogram;
  /** Called at scrape time to set gauges that are cheaper to compute then. */
  onScrape(collect: () => void): void;
  render(): string;
}
