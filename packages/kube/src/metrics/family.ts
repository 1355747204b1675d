import type { Counter, FamilySpec, Gauge, Labels } from '../types/metrics.ts';
import { labelText, matches, sampleText } from './labels.ts';

interface Series {
  labels: Labels;
  text: string;
  value: number;
}

const noLabels: Labels = {};

/** All series of a counter or gauge. One without labels is there from the start, at 0, as in the Go client. */
export class SimpleFamily implements Counter, Gauge {
  readonly type: 'counter' | 'gauge';
  readonly #spec: FamilySpec;
  readonly #series = new Map<string, Series>();

  constructor(type: 'counter' | 'gauge', spec: FamilySpec) {
    this.type = type;
    this.#spec = spec;
    if (spec.labelNames === undefined || spec.labelNames.length === 0) this.#of(noLabels);
  }

  inc(labels: Labels = noLabels, by = 1): void {
    this.#of(labels).value += by;
  }

  set(labels: Labels, value: number): void {
    this.#of(labels).value = value;
  }

  remove(match: Labels): void {
    for (const [key, series] of this.#series) if (matches(series.labels, match)) this.#series.delete(key);
  }

  render(): string {
    const { name } = this.#spec;
    let text = '';
    for (const series of this.#series.values()) text += `${name}${series.text} ${sampleText(series.value)}\n`;
    return text;
  }

  #of(labels: Labels): Series {
    const text = labelText(labels, this.#spec.labelNames);
    let series = this.#series.get(text);
    if (series === undefined) {
      series = { labels: { ...labels }, text, value: 0 };
      this.#series.set(text, series);
    }
    return series;
  }
}
