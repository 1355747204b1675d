import type { KubeObject } from '@caretaker/kube';
import { annotations, apiVersion, labels } from '../../src/api/names.ts';
import { parseRegistry, parseTenant } from '../../src/api/parse.ts';
import type { Registry, Tenant } from '../../src/api/types.ts';
import { type CustomerRow, planColumns } from '../../src/registry/columns.ts';
import type { TemplateView } from '../../src/registry/draft.ts';
import { draftTenant, tenantObject } from '../../src/registry/draft.ts';
import { type ValidRows, validateRows } from '../../src/registry/rows.ts';

export const registryObject = (spec: Record<string, unknown> = {}): KubeObject => ({
  apiVersion,
  kind: 'TenantRegistry',
  metadata: { name: 'acme-saas', namespace: 'tenants', uid: 'r-1' },
  spec: {
    source: { type: 'sqlite', sqlite: { path: 'rows.db', table: 'customers' } },
    valueMappings: { uid: 'customer_id', hostOrUrl: 'domain', activate: 'is_active' },
    extraValueMappings: { plan: 'subscription_plan' },
    ...spec,
  },
});

export const registry = (spec: Record<string, unknown> = {}): Registry => parseRegistry(registryObject(spec));

/** One row, by column. */
export type RawRow = { customer_id: string | null; domain?: string | null; is_active?: string | null; subscription_plan?: string | null };

export function customerRows(rows: readonly RawRow[], of: Registry = registry()): CustomerRow[] {
  const plan = planColumns(of.spec);
  return rows.map((row, index) => {
    const values: Record<string, string | null> = { domain: 'https://x.example.com/a', is_active: '1', subscription_plan: 'pro', ...row };
    return plan.toRow(
      plan.columns.map((column) => values[column] ?? null),
      index + 1,
    );
  });
}

export const validRows = (rows: readonly RawRow[]): ValidRows => validateRows(customerRows(rows), 'customer_id');

export const template = (over: Partial<TemplateView> = {}): TemplateView => ({
  name: 'web',
  revision: 'web-1',
  resources: [{ id: 'settings', apiVersion: 'v1', kind: 'ConfigMap', dependIds: [], timeoutSeconds: 300 }],
  paused: false,
  maxSkew: 0,
  progressDeadlineMs: 600_000,
  ...over,
});

/** The Tenant that a row makes, as it would be stored. */
export function tenantOf(row: RawRow, view: TemplateView = template(), change: (object: KubeObject) => void = () => undefined): Tenant {
  const [parsed] = customerRows([row]);
  if (!parsed) throw new Error('a row gave no row');
  const object = tenantObject(registry(), draftTenant(registry(), view, parsed, row.customer_id ?? '', view.revision ?? ''));
  object.metadata.uid = `t-${row.customer_id}`;
  object.metadata.generation = 1;
  change(object);
  return parseTenant(object);
}

export const names = { annotations, labels };
