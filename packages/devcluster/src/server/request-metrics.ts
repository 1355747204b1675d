/** Upper bounds of the real server's buckets, in seconds (a selection, so that a scrape stays small). */
const BUCKETS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60];

interface Series {
  readonly labels: string;
  readonly counts: number[];
  readonly codes: Map<number, number>;
  sum: number;
  count: number;
}

/** What a request was about: the labels of the real server's metrics. */
export interface RequestLabels {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly scope: string;
}

/** apiserver_request_duration_seconds and apiserver_request_total. Watches are long-running and no part of them, as in the real server. */
export class RequestMetrics {
  readonly #series = new Map<string, Series>();

  observe(labels: RequestLabels, code: number, seconds: number): void {
    const { verb, group, version, resource, subresource, scope } = labels;
    const key = `${verb}/${group}/${version}/${resource}/${subresource}/${scope}`;
    let series = this.#series.get(key);
    if (series === undefined) {
      const rest = `group="${group}",resource="${resource}",scope="${scope}",subresource="${subresource}",verb="${verb}",version="${version}"`;
      series = { labels: `component="apiserver",${rest}`, counts: BUCKETS.map(() => 0), codes: new Map(), sum: 0, count: 0 };
      this.#series.set(key, series);
    }
    const bucket = BUCKETS.findIndex((bound) => seconds <= bound);
    if (bucket >= 0) series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += seconds;
    series.count += 1;
    series.codes.set(code, (series.codes.get(code) ?? 0) + 1);
  }

  /** Prometheus text. */
  lines(): string[] {
    const duration = 'apiserver_request_duration_seconds';
    const lines = [`# HELP ${duration} Response latency of requests, without watches.`, `# TYPE ${duration} histogram`];
    for (const { labels, counts, sum, count } of this.#series.values()) {
      let below = 0;
      counts.forEach((inside, at) => {
        below += inside;
        lines.push(`${duration}_bucket{${labels},le="${BUCKETS[at]}"} ${below}`);
      });
      lines.push(
        `${duration}_bucket{${labels},le="+Inf"} ${count}`,
        `${duration}_sum{${labels}} ${sum}`,
        `${duration}_count{${labels}} ${count}`,
      );
    }
    lines.push('# HELP apiserver_request_total Requests by their answer.', '# TYPE apiserver_request_total counter');
    for (const { labels, codes } of this.#series.values()) {
      for (const [code, count] of codes) lines.push(`apiserver_request_total{code="${code}",${labels}} ${count}`);
    }
    return lines;
  }
}
