/** The Tenant that a row and a template make. Pure. */
import type { JsonObject, KubeObject } from '@caretaker/kube';
import { toHost } from 'gotemplate/sets/tenant';
import { annotations, apiVersion, finalizers, labels } from '../api/names.ts';
import type { Registry, Tenant, TenantSpec } from '../api/types.ts';
import { mergeDiff } from '../json/merge-diff.ts';
import { toJsonObject } from '../json/to-json.ts';
import type { CustomerRow } from './columns.ts';

/** What the registry controller knows of a template. */
export interface TemplateView {
  name: string;
  /** The revision that tenants are put on; undefined while the template has never been valid. */
  revision: string | undefined;
  /** Index of that revision, for `spec.resources`. */
  resources: NonNullable<TenantSpec['resources']>;
  /** A paused template keeps existing tenants on their revision. */
  paused: boolean;
  maxSkew: number;
  progressDeadlineMs: number;
}

/** A Tenant to be, without what only an existing one has. */
export interface TenantDraft {
  name: string;
  uid: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  spec: TenantSpec;
  /** Not part of the Tenant: goes into the Secret beside it. */
  secretVariables: Readonly<Record<string, string>>;
}

export const tenantName = (uid: string, template: string): string => `${uid}-${template}`;
export const variablesSecretName = (tenant: string): string => `${tenant}-variables`;

/** The draft of a row on a template. `revision` is the one that the tenant is to be on. */
export function draftTenant(registry: Registry, template: TemplateView, row: CustomerRow, uid: string, revision: string): TenantDraft {
  const name = tenantName(uid, template.name);
  const { hostOrUrl } = row.variables;
  const withSecrets = Object.keys(row.secretVariables).length > 0;
  return {
    name,
    uid,
    labels: { [labels.registry]: registry.metadata.name, [labels.uid]: uid },
    annotations: { [annotations.uid]: uid, [annotations.host]: toHost(hostOrUrl === undefined || hostOrUrl === '' ? uid : hostOrUrl) },
    spec: {
      uid,
      templateRef: template.name,
      revision,
      variables: { ...row.variables },
      ...(withSecrets ? { secretVariablesRef: variablesSecretName(name) } : {}),
      resources: template.resources,
    },
    secretVariables: row.secretVariables,
  };
}

/** The object to create. The finalizer is there from the start, so that it costs no further write. */
export function tenantObject(registry: Registry, draft: TenantDraft): KubeObject {
  const { name, namespace, uid } = registry.metadata;
  return {
    apiVersion,
    kind: 'Tenant',
    metadata: {
      name: draft.name,
      namespace,
      labels: draft.labels,
      annotations: draft.annotations,
      finalizers: [finalizers.tenant],
      ownerReferences: [{ apiVersion, kind: 'TenantRegistry', name, uid, controller: true, blockOwnerDeletion: true }],
    },
    spec: toJsonObject(draft.spec),
  };
}

/** The Secret with a tenant's secret variables. It goes with the Tenant. */
export function variablesSecret(
  tenant: { name: string; namespace: string; uid: string },
  registry: string,
  values: Readonly<Record<string, string>>,
): KubeObject {
  const data: Record<string, string> = {};
  for (const name of Object.keys(values).sort()) data[name] = Buffer.from(values[name] ?? '').toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: {
      name: variablesSecretName(tenant.name),
      namespace: tenant.namespace,
      labels: { [labels.registry]: registry, [labels.purpose]: 'variables' },
      ownerReferences: [{ apiVersion, kind: 'Tenant', name: tenant.name, uid: tenant.uid, controller: true, blockOwnerDeletion: true }],
    },
    data,
  };
}

const own = (names: readonly string[], from: Record<string, string> | undefined): JsonObject => {
  const out: JsonObject = {};
  for (const name of names) {
    const value = from?.[name];
    if (value !== undefined) out[name] = value;
  }
  return out;
};

/**
 * What must change on an existing Tenant: its spec (the fields of this kind; unknown ones are the ancestor's and stay), our labels and annotations
 * (hand-made changes are repaired, DESIGN §10.15) and its owner. Undefined when nothing differs.
 */
export function tenantPatch(registry: Registry, tenant: Tenant, draft: TenantDraft): JsonObject | undefined {
  const present = toJsonObject(tenant.spec);
  const known = { uid: null, templateRef: null, revision: null, variables: null, secretVariablesRef: null, resources: null };
  const from: JsonObject = {};
  for (const [name, value] of Object.entries(present)) if (name in known) from[name] = value;
  const spec = mergeDiff(from, toJsonObject(draft.spec));
  const labelPatch = mergeDiff(own(Object.keys(draft.labels), tenant.metadata.labels), draft.labels);
  const annotationPatch = mergeDiff(own(Object.keys(draft.annotations), tenant.metadata.annotations), draft.annotations);
  const owners = tenant.metadata.ownerReferences ?? [];
  const owned = owners.some((owner) => owner.uid === registry.metadata.uid);
  const metadata: JsonObject = {
    ...(labelPatch ? { labels: labelPatch } : {}),
    ...(annotationPatch ? { annotations: annotationPatch } : {}),
    ...(owned
      ? {}
      : {
          ownerReferences: [
            ...owners.filter((owner) => owner.controller !== true).map((owner) => toJsonObject(owner)),
            {
              apiVersion,
              kind: 'TenantRegistry',
              name: registry.metadata.name,
              uid: registry.metadata.uid,
              controller: true,
              blockOwnerDeletion: true,
            },
          ],
        }),
  };
  if (!spec && Object.keys(metadata).length === 0) return undefined;
  return { metadata: { ...metadata, uid: tenant.metadata.uid }, ...(spec ? { spec } : {}) };
}
