/** Names that are contract (DESIGN §8): API group, labels, annotations, finalizers, field manager. */

export const group = 'operator.kubernetes-tenants.org';
export const apiVersion = `${group}/v1`;
export const fieldManager = 'tenant-operator';

export const registryKind = { apiVersion, kind: 'TenantRegistry' } as const;
export const templateKind = { apiVersion, kind: 'TenantTemplate' } as const;
export const tenantKind = { apiVersion, kind: 'Tenant' } as const;
export const revisionKind = { apiVersion: 'apps/v1', kind: 'ControllerRevision' } as const;
export const secretKind = { apiVersion: 'v1', kind: 'Secret' } as const;

export const labels = {
  /** On Tenants: the registry that made them. The only selector by which a registry finds its tenants. */
  registry: 'kubernetes-tenants.org/registry',
  /** On Tenants: the uid of the row. */
  uid: 'kubernetes-tenants.org/uid',
  /** On children and on the pods of workloads: the Tenant. */
  tenant: 'kubernetes-tenants.org/tenant',
  tenantNamespace: 'kubernetes-tenants.org/tenant-namespace',
  /** On ControllerRevisions and the Secrets beside them: the template they publish. */
  template: 'kubernetes-tenants.org/template',
  /** On Secrets that the operator makes for itself: `variables` or `revision-bodies`. */
  purpose: 'kubernetes-tenants.org/purpose',
} as const;

const domain = 'tenant.operator.kubernetes-tenants.org';

export const annotations = {
  /** `"true"` on a TenantRegistry, TenantTemplate, Tenant or child: no writes, deletions by the user excepted. */
  pause: `${domain}/pause`,
  /** On a TenantRegistry: any new value makes it sync now. */
  sync: `${domain}/sync`,
  /** On a Tenant: any new value makes a full pass now. */
  reconcile: `${domain}/reconcile`,
  /** On a Tenant: overrides the variable `uid` (Tenants without a controller owner only). */
  uid: `${domain}/uid`,
  /** On a Tenant: overrides the variables `host` and `hostOrUrl` (Tenants without a controller owner only). */
  host: `${domain}/host`,
  /** On a TenantRegistry: the token of `status.deletionHold`. */
  approveDeletions: `${domain}/approve-deletions`,
} as const;

export const finalizers = {
  tenant: `${domain}/finalizer`,
  /** The ancestor's; removed from registries that still carry it. */
  ancestorRegistry: 'kubernetes-tenants.org/registry-finalizer',
} as const;

/** A label value and an object name of ours end here (DESIGN §10.13). */
export const longestName = 63;
