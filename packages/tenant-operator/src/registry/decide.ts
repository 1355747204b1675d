/** Rows, tenants and templates -> what is to be done. Pure and synchronous: the only place where it is said who should exist. */

import type { JsonObject } from '@caretaker/kube';
import { longestName } from '../api/names.ts';
import type { Registry, Tenant } from '../api/types.ts';
import { draftTenant, type TemplateView, type TenantDraft, tenantName, tenantPatch } from './draft.ts';
import { planRollout } from './rollout.ts';
import { nameRow, type RejectedRow, type ValidRows } from './rows.ts';

export interface SyncInput {
  registry: Registry;
  rows: ValidRows;
  templates: readonly TemplateView[];
  /** Tenants that carry this registry's label, terminating ones included. */
  tenants: readonly Tenant[];
  /** Who has a Tenant of that name that is not this registry's; undefined when nobody has. */
  takenBy(name: string): string | undefined;
  /** Milliseconds since the epoch. */
  now: number;
}

export interface TenantUpdate {
  tenant: Tenant;
  draft: TenantDraft;
  /** Undefined when only the secret variables may differ. */
  patch: JsonObject | undefined;
  /** What the patch changes, for events. */
  row: boolean;
  revision: boolean;
}

export interface SyncDecision {
  /** How many tenants should exist: templates times accepted rows, and those that rejected rows keep. */
  desired: number;
  creations: readonly TenantDraft[];
  updates: readonly TenantUpdate[];
  /** Tenants that no row wants any more; the guard and a second read decide what becomes of them. */
  removals: readonly Tenant[];
  rejected: readonly RejectedRow[];
  /** Tenants that cannot be created because their template has never been valid. */
  withoutRevision: number;
  /** Rows of which nobody can say whose they are: nothing may be removed. */
  removalsBlocked: boolean;
}

interface Wanted {
  template: TemplateView;
  uid: string;
}

/** The name of each wanted tenant; names that two of them share, and names that are too long, are rejected. */
function nameTenants(input: SyncInput, rejected: RejectedRow[]): Map<string, Wanted> {
  const uidColumn = input.registry.spec.valueMappings.uid;
  const wanted = new Map<string, Wanted>();
  const clashes = new Map<string, Wanted[]>();
  const existing = new Map(input.tenants.map((tenant) => [tenant.metadata.name, tenant]));
  for (const [uid, row] of input.rows.accepted) {
    const where = nameRow(row, uidColumn);
    for (const template of input.templates) {
      const name = tenantName(uid, template.name);
      if (name.length > longestName) {
        rejected.push({
          row: where,
          uid,
          reason: 'NameTooLong',
          message: `the tenant's name ${name} has ${name.length} characters, at most ${longestName} fit into a label: shorten the uid or the template's name`,
        });
        continue;
      }
      const taken = input.takenBy(name);
      if (taken !== undefined) {
        rejected.push({
          row: where,
          uid,
          reason: 'NameTaken',
          message: `Tenant ${name} exists already and belongs to ${taken}: rename one of them`,
        });
        continue;
      }
      const other = wanted.get(name);
      if (other) clashes.set(name, [...(clashes.get(name) ?? [other]), { template, uid }]);
      else wanted.set(name, { template, uid });
    }
  }
  for (const [name, all] of clashes) {
    const holder = existing.get(name);
    const keeps = all.find(({ uid, template }) => holder?.spec.uid === uid && holder.spec.templateRef === template.name);
    if (keeps) wanted.set(name, keeps);
    else wanted.delete(name);
    for (const { uid, template } of all) {
      if (keeps?.uid === uid && keeps.template.name === template.name) continue;
      const row = input.rows.accepted.get(uid);
      rejected.push({
        row: row ? nameRow(row, uidColumn) : `row ${uid}`,
        uid,
        reason: 'NameCollision',
        message: `with template ${template.name} it makes the name ${name}, as another row does with another template: rename the uid or the template`,
      });
    }
  }
  return wanted;
}

/**
 * Whether the Tenant of a wanted name is another row's (two pairs of uid and template can make one name). A Tenant whose spec was edited by hand no
 * longer makes its own name: that is drift, to be repaired and never a reason to remove it.
 */
const isOthers = (tenant: Tenant, { template, uid }: Wanted): boolean =>
  tenantName(tenant.spec.uid, tenant.spec.templateRef) === tenant.metadata.name &&
  (tenant.spec.uid !== uid || tenant.spec.templateRef !== template.name);

const changes = (patch: JsonObject | undefined, name: string): boolean => {
  const spec = patch?.['spec'];
  return typeof spec === 'object' && spec !== null && name in spec;
};

/** What one read of the rows means. */
export function decideSync(input: SyncInput): SyncDecision {
  const { registry, rows, templates, tenants, now } = input;
  const rejected: RejectedRow[] = [...rows.rejected];
  const wanted = nameTenants(input, rejected);
  const living = tenants.filter((tenant) => tenant.metadata.deletionTimestamp === undefined);
  const byName = new Map(tenants.map((tenant) => [tenant.metadata.name, tenant]));
  const keptUids = new Set(rejected.flatMap(({ uid }) => (uid === undefined ? [] : [uid])));
  const templateNames = new Set(templates.map((template) => template.name));
  const plans = new Map(
    templates.map((template) => [
      template.name,
      planRollout(
        template,
        living.filter((tenant) => tenant.spec.templateRef === template.name),
        now,
      ),
    ]),
  );

  const creations: TenantDraft[] = [];
  const updates: TenantUpdate[] = [];
  let withoutRevision = 0;
  for (const [name, want] of wanted) {
    const { template, uid } = want;
    const row = rows.accepted.get(uid);
    const tenant = byName.get(name);
    // A terminating Tenant, or one of another row, must be gone before this one can be made.
    if (!row || tenant?.metadata.deletionTimestamp !== undefined || (tenant && isOthers(tenant, want))) continue;
    const revision = tenant ? (plans.get(template.name)?.get(name) ?? tenant.spec.revision) : template.revision;
    if (revision === undefined) {
      if (!tenant) withoutRevision += 1;
      continue;
    }
    const view = revision === template.revision ? template : { ...template, resources: tenant?.spec.resources ?? [] };
    const draft = draftTenant(registry, view, row, uid, revision);
    if (!tenant) {
      creations.push(draft);
      continue;
    }
    const patch = tenantPatch(registry, tenant, draft);
    if (patch || draft.spec.secretVariablesRef !== undefined)
      updates.push({ tenant, draft, patch, row: changes(patch, 'variables'), revision: changes(patch, 'revision') });
  }

  const kept = (tenant: Tenant): boolean => templateNames.has(tenant.spec.templateRef) && keptUids.has(tenant.spec.uid);
  const unwanted = living.filter((tenant) => {
    const here = wanted.get(tenant.metadata.name);
    return here === undefined || isOthers(tenant, here);
  });
  const keptTenants = unwanted.filter(kept);
  return {
    desired: wanted.size + keptTenants.length,
    creations,
    updates,
    removals: unwanted.filter((tenant) => !kept(tenant)),
    rejected,
    withoutRevision,
    removalsBlocked: rows.unreadable > 0,
  };
}
