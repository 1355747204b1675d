import type { MetricsRegistry } from '../types/metrics.ts';
import type { RequestObserver } from './requester.ts';

/** client-go's own families: rest_client_requests_total and rest_client_request_duration_seconds. */
export function requestMetrics(registry: MetricsRegistry, host: string): RequestObserver {
  const total = registry.counter({
    name: 'rest_client_requests_total',
    help: 'Number of HTTP requests, partitioned by status code, method, and host.',
    labelNames: ['code', 'host', 'method'],
  });
  const duration = registry.histogram({
    name: 'rest_client_request_duration_seconds',
    help: 'Request latency in seconds, partitioned by verb and host.',
    labelNames: ['host', 'verb'],
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60],
  });
  return (method, status, seconds) => {
    total.inc({ code: status === undefined ? '<error>' : String(status), host, method });
    duration.observe({ host, verb: method }, seconds);
  };
}
