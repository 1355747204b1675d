/** The operator's own metric families (docs/reference/tenant-metrics.md). Names and labels are contract: alerts and runbooks use them. */
import type { Counter, Gauge, Histogram, MetricsRegistry } from '@caretaker/kube';

/** success; failed: this tenant's own fault; error: infrastructure (DESIGN §10.12). */
export type PassResult = 'success' | 'failed' | 'error';

export interface OperatorMetrics {
  reconcileDuration: Histogram;
  resourcesReady: Gauge;
  resourcesDesired: Gauge;
  resourcesFailed: Gauge;
  resourcesConflicted: Gauge;
  conditionStatus: Gauge;
  degraded: Gauge;
  conflicts: Counter;
  applyAttempts: Counter;
  renderErrors: Counter;
  registryDesired: Gauge;
  registryReady: Gauge;
  registryFailed: Gauge;
  registryPending: Gauge;
  registryRejected: Gauge;
  registryHeld: Gauge;
  registryPaused: Gauge;
  registryLastSync: Gauge;
  queryDuration: Gauge;
  querySeconds: Histogram;
  queryErrors: Counter;
}

const tenant = ['tenant', 'namespace'] as const;
const registry = ['registry', 'namespace'] as const;

export function operatorMetrics(metrics: MetricsRegistry): OperatorMetrics {
  const gauge = (name: string, help: string, labelNames: readonly string[]) => metrics.gauge({ name, help, labelNames });
  const counter = (name: string, help: string, labelNames: readonly string[]) => metrics.counter({ name, help, labelNames });
  return {
    reconcileDuration: metrics.histogram({
      name: 'tenant_reconcile_duration_seconds',
      help: 'How long passes took, by controller and result (success, failed, error).',
      labelNames: ['controller', 'result'],
      buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60],
    }),
    resourcesReady: gauge('tenant_resources_ready', 'Resources of a tenant that are ready.', tenant),
    resourcesDesired: gauge('tenant_resources_desired', 'Resources of a tenant.', tenant),
    resourcesFailed: gauge('tenant_resources_failed', 'Resources of a tenant that could not be rendered, applied or owned.', tenant),
    resourcesConflicted: gauge('tenant_resources_conflicted', 'Resources of a tenant that somebody else owns.', tenant),
    conditionStatus: gauge('tenant_condition_status', 'Conditions of a tenant: 0 False, 1 True, 2 Unknown.', [...tenant, 'type']),
    degraded: gauge('tenant_degraded_status', '1 while a tenant is degraded, with the reason.', [...tenant, 'reason']),
    conflicts: counter('tenant_conflicts_total', 'Conflicts found.', [...tenant, 'resource_kind', 'conflict_policy']),
    applyAttempts: counter('apply_attempts_total', 'Writes of children, by result (success, error).', [
      'kind',
      'result',
      'conflict_policy',
    ]),
    renderErrors: counter('template_render_errors_total', 'Resources that could not be rendered.', ['template', 'namespace']),
    registryDesired: gauge('registry_desired', 'Tenants that should exist.', registry),
    registryReady: gauge('registry_ready', 'Tenants that are ready.', registry),
    registryFailed: gauge('registry_failed', 'Tenants that failed or could not be created.', registry),
    registryPending: gauge('registry_pending', 'Tenants that are neither ready nor failed yet.', registry),
    registryRejected: gauge('registry_rejected_rows', 'Active rows that cannot become a tenant.', registry),
    registryHeld: gauge('registry_deletions_held', 'Tenants whose deletion waits for approval.', registry),
    registryPaused: gauge('registry_paused', '1 while a registry is paused.', registry),
    registryLastSync: gauge('registry_last_sync_time', 'When the rows were last read with success, seconds since the epoch.', registry),
    queryDuration: gauge('datasource_query_duration_seconds', 'How long the last read of the rows took.', registry),
    querySeconds: metrics.histogram({
      name: 'datasource_query_seconds',
      help: 'How long reads of the rows took.',
      labelNames: registry,
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60],
    }),
    queryErrors: counter('datasource_query_errors_total', 'Reads of the rows that failed, by code.', [...registry, 'code']),
  };
}

/** Removes the series of a tenant that is gone. */
export function forgetTenant(metrics: OperatorMetrics, namespace: string, name: string): void {
  const match = { tenant: name, namespace };
  const { resourcesReady, resourcesDesired, resourcesFailed, resourcesConflicted, conditionStatus, degraded, conflicts } = metrics;
  for (const family of [resourcesReady, resourcesDesired, resourcesFailed, resourcesConflicted, conditionStatus, degraded, conflicts])
    family.remove(match);
}

/** Removes the series of a registry that is gone. */
export function forgetRegistry(metrics: OperatorMetrics, namespace: string, name: string): void {
  const match = { registry: name, namespace };
  const { registryDesired, registryReady, registryFailed, registryPending, registryRejected, registryHeld, registryPaused } = metrics;
  for (const family of [registryDesired, registryReady, registryFailed, registryPending, registryRejected, registryHeld, registryPaused])
    family.remove(match);
  for (const family of [metrics.registryLastSync, metrics.queryDuration, metrics.querySeconds, metrics.queryErrors]) family.remove(match);
}
