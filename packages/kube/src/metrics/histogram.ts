import type { FamilySpec, Histogram, Labels } from '../types/metrics.ts';
import { labelText, matches, sampleText, withLabel } from './labels.ts';

/** The Go client's default buckets, seconds. */
const defaultBuckets: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Series {
  labels: Labels;
  text: string;
  /** Per bucket, not cumulative; the last one is +Inf. */
  counts: Float64Array;
  sum: number;
}

/** All series of a histogram. Bucket bounds are inclusive upper limits, ascending, without +Inf. */
export class HistogramFamily implements Histogram {
  readonly type = 'histogram';
  readonly #spec: FamilySpec;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Series>();

  constructor(spec: FamilySpec & { buckets?: readonly number[] }) {
    this.#spec = spec;
    this.#bounds = spec.buckets ?? defaultBuckets;
  }

  observe(labels: Labels, value: number): void {
    const series = this.#of(labels);
    let bucket = 0;
    for (const bound of this.#bounds) {
      if (value <= bound) break;
      bucket++;
    }
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += value;
  }

  remove(match: Labels): void {
    for (const [key, series] of this.#series) if (matches(series.labels, match)) this.#series.delete(key);
  }

  render(): string {
    const { name } = this.#spec;
    let text = '';
    for (const series of this.#series.values()) {
      let count = 0;
      for (const [index, bound] of [...this.#bounds, Number.POSITIVE_INFINITY].entries()) {
        count += series.counts[index] ?? 0;
        text += `${name}_bucket${withLabel(series.text, 'le', sampleText(bound))} ${count}\n`;
      }
      text += `${name}_sum${series.text} ${sampleText(series.sum)}\n${name}_count${series.text} ${count}\n`;
    }
    return text;
  }

  #of(labels: Labels): Series {
    const text = labelText(labels, this.#spec.labelNames);
    let series = this.#series.get(text);
    if (series === undefined) {
      series = { labels: { ...labels }, text, counts: new Float64Array(this.#bounds.length + 1), sum: 0 };
      this.#series.set(text, series);
    }
    return series;
  }
}
