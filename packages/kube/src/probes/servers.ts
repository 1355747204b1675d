import type { MetricsRegistry } from '../types/metrics.ts';
import { type Check, runChecks } from './checks.ts';
import { createHttpEndpoint, type HttpEndpoint, type PlainHandler } from './http-endpoint.ts';

/** `/metrics` in the Prometheus text format (--metrics-bind-address). */
export function createMetricsServer(bindAddress: string, registry: MetricsRegistry): HttpEndpoint {
  return createHttpEndpoint('metrics', bindAddress, {
    '/metrics': () => ({ status: 200, contentType: 'text/plain; version=0.0.4; charset=utf-8', body: registry.render() }),
  });
}

export interface ProbeServer extends HttpEndpoint {
  /** Adds to `/healthz` and `/livez`: when it fails, the kubelet restarts the container. */
  addLiveness(name: string, check: Check): void;
  /** Adds to `/readyz`: when it fails, the pod gets no traffic. */
  addReadiness(name: string, check: Check): void;
}

/** `/healthz`, `/livez` and `/readyz` (--health-probe-bind-address). `?verbose` lists the checks, and so does a failure. */
export function createProbeServer(bindAddress: string): ProbeServer {
  const liveness = new Map<string, Check>([['ping', () => undefined]]);
  const readiness = new Map<string, Check>([['ping', () => undefined]]);
  const handler =
    (checks: ReadonlyMap<string, Check>): PlainHandler =>
    async (query) => {
      const { healthy, text } = await runChecks(checks);
      return healthy && !query.has('verbose') ? { status: 200, body: 'ok' } : { status: healthy ? 200 : 500, body: text };
    };
  const endpoint = createHttpEndpoint('probes', bindAddress, {
    '/healthz': handler(liveness),
    '/livez': handler(liveness),
    '/readyz': handler(readiness),
  });
  return {
    name: endpoint.name,
    get port() {
      return endpoint.port;
    },
    start: () => endpoint.start(),
    stop: (graceMs) => endpoint.stop(graceMs),
    addLiveness: (name, check) => void liveness.set(name, check),
    addReadiness: (name, check) => void readiness.set(name, check),
  };
}
