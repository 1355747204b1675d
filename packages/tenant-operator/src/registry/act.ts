/** Carries out creations and updates of Tenants and of the Secrets beside them: the only place that writes Tenants. */
import { isAlreadyExists, isNotFound, type JsonObject, type KubeClient, type KubeObject } from '@caretaker/kube';
import { secretKind, tenantKind } from '../api/names.ts';
import { isMap } from '../api/schema.ts';
import type { Registry } from '../api/types.ts';
import { mergeDiff } from '../json/merge-diff.ts';
import { toJsonObject } from '../json/to-json.ts';
import { mapBounded } from '../operator/bounded.ts';
import type { Caches } from '../operator/caches.ts';
import type { TenantUpdate } from './decide.ts';
import { type TenantDraft, tenantObject, variablesSecret, variablesSecretName } from './draft.ts';

/** Writes in flight per registry. */
const inFlight = 16;

export interface Written {
  created: string[];
  updated: TenantUpdate[];
  /** What went wrong, by name of the tenant. */
  failures: { name: string; error: Error }[];
}

export interface Actors {
  client: KubeClient;
  caches: Pick<Caches, 'secrets'>;
  signal: AbortSignal;
  /** A Tenant was written and has this version: the next decision waits until the cache shows it. */
  wrote(resourceVersion: string | undefined): void;
}

const dataOf = (object: KubeObject | undefined): JsonObject => (isMap(object?.['data']) ? toJsonObject(object['data']) : {});

/** Makes the Secret with the secret variables what it should be. Returns whether anything was written. */
async function settleSecret(
  actors: Actors,
  registry: Registry,
  tenant: { name: string; namespace: string; uid: string },
  draft: TenantDraft,
): Promise<boolean> {
  const { client, caches, signal } = actors;
  const name = variablesSecretName(draft.name);
  const ref = { ...secretKind, namespace: tenant.namespace, name };
  const present = caches.secrets.get(tenant.namespace, name);
  const owned = present?.metadata.ownerReferences?.some((owner) => owner.uid === tenant.uid) === true;
  if (draft.spec.secretVariablesRef === undefined) {
    if (!present || !owned) return false;
    const { uid } = present.metadata;
    await client.delete(ref, { signal, ...(uid === undefined ? {} : { preconditions: { uid } }) }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
    return true;
  }
  const wanted = variablesSecret(tenant, registry.metadata.name, draft.secretVariables);
  if (!present) {
    try {
      await client.create(wanted, { signal });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      throw new Error(`Secret ${name} exists already and is not this tenant's: delete or rename it`);
    }
    return true;
  }
  if (!owned) throw new Error(`Secret ${name} belongs to somebody else: delete or rename it`);
  const data = mergeDiff(dataOf(present), dataOf(wanted));
  if (!data) return false;
  await client.patch(ref, { type: 'merge', body: { metadata: { uid: present.metadata.uid ?? '' }, data } }, { signal });
  return true;
}

async function create(actors: Actors, registry: Registry, draft: TenantDraft): Promise<boolean> {
  const { namespace } = registry.metadata;
  let made: KubeObject;
  try {
    made = await actors.client.create(tenantObject(registry, draft), { signal: actors.signal });
  } catch (error) {
    // The cache had not shown it yet: the next sync sees it.
    if (isAlreadyExists(error)) return false;
    throw error;
  }
  actors.wrote(made.metadata.resourceVersion);
  if (draft.spec.secretVariablesRef !== undefined)
    await settleSecret(actors, registry, { name: draft.name, namespace, uid: made.metadata.uid ?? '' }, draft);
  return true;
}

async function update(actors: Actors, registry: Registry, { tenant, draft, patch }: TenantUpdate): Promise<boolean> {
  const { name, namespace, uid } = tenant.metadata;
  let written = false;
  if (patch) {
    const after = await actors.client.patch({ ...tenantKind, namespace, name }, { type: 'merge', body: patch }, { signal: actors.signal });
    actors.wrote(after.metadata.resourceVersion);
    written = true;
  }
  if (draft.spec.secretVariablesRef !== undefined || tenant.spec.secretVariablesRef !== undefined)
    written = (await settleSecret(actors, registry, { name, namespace, uid }, draft)) || written;
  return written;
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));

/** Creates and updates; one that fails does not keep the others. */
export async function writeTenants(
  actors: Actors,
  registry: Registry,
  creations: readonly TenantDraft[],
  updates: readonly TenantUpdate[],
): Promise<Written> {
  const written: Written = { created: [], updated: [], failures: [] };
  const created = await mapBounded(creations, inFlight, (draft) => create(actors, registry, draft));
  for (const [index, result] of created.entries()) {
    const name = creations[index]?.name ?? '';
    if (result.status === 'rejected') written.failures.push({ name, error: asError(result.reason) });
    else if (result.value) written.created.push(name);
  }
  const updated = await mapBounded(updates, inFlight, (each) => update(actors, registry, each));
  for (const [index, result] of updated.entries()) {
    const each = updates[index];
    if (!each) continue;
    if (result.status === 'rejected') written.failures.push({ name: each.tenant.metadata.name, error: asError(result.reason) });
    else if (result.value) written.updated.push(each);
  }
  return written;
}
