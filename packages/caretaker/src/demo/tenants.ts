import type { KubeObject } from '@caretaker/kube';

/** One Tenant, as a line of the summary. */
export interface TenantSummary {
  name: string;
  ready: string;
  reason: string;
  message: string;
  resources: string;
}

export function summarize(tenant: KubeObject): TenantSummary {
  const status = record(tenant['status']);
  const conditions: unknown = status['conditions'];
  const ready = record(Array.isArray(conditions) ? conditions.find((entry: unknown) => record(entry)['type'] === 'Ready') : undefined);
  return {
    name: tenant.metadata.name ?? '',
    ready: text(ready['status']) || 'Unknown',
    reason: text(ready['reason']),
    message: text(ready['message']),
    resources: `${text(status['readyResources']) || '0'}/${text(status['desiredResources']) || '?'}`,
  };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
