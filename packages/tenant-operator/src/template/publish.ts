/** Publishes a template's spec as a ControllerRevision and removes revisions that nobody needs any more. */
import { isAlreadyExists, isNotFound, type KubeClient, type KubeObject } from '@caretaker/kube';
import { revisionKind, secretKind } from '../api/names.ts';
import type { Registry, Template } from '../api/types.ts';
import type { Caches } from '../operator/caches.ts';
import { keyOf } from '../operator/runtime.ts';
import { bodiesSecret, revisionContent, revisionName, revisionObject, revisionOwners } from './revision.ts';

/** Revisions kept for a look back, besides the current one and those that tenants are on. */
const history = 10;

const numberOf = (object: KubeObject): number => (typeof object['revision'] === 'number' ? object['revision'] : 0);

async function createIfAbsent(client: KubeClient, object: KubeObject, signal: AbortSignal): Promise<void> {
  try {
    await client.create(object, { signal });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

/** Makes sure that the revision of a valid template is there. @returns its name. @throws ApiError, TransportError */
export async function publish(
  client: KubeClient,
  caches: Caches,
  template: Template,
  registry: Registry | undefined,
  hashKey: Uint8Array,
  signal: AbortSignal,
): Promise<string> {
  const { namespace, name } = template.metadata;
  const content = revisionContent(template.spec, hashKey);
  const revision = revisionName(name, content.hash);
  if (caches.revisions.get(namespace, revision)) return revision;
  const owners = revisionOwners(template, registry?.metadata);
  const bodies = bodiesSecret(template, content, owners);
  if (bodies) await createIfAbsent(client, bodies, signal);
  const last = caches.revisions.byIndex('template', keyOf(namespace, name)).reduce((max, object) => Math.max(max, numberOf(object)), 0);
  await createIfAbsent(client, revisionObject(template, content, last + 1, owners), signal);
  return revision;
}

/** Revisions of a template that no tenant is on, beyond the history. */
export function superfluous(caches: Caches, template: Template, current: string): KubeObject[] {
  const { namespace, name, uid } = template.metadata;
  return caches.revisions
    .byIndex('template', keyOf(namespace, name))
    .filter((object) => object.metadata.ownerReferences?.some((owner) => owner.uid === uid) === true)
    .filter(
      (object) =>
        object.metadata.name !== current && caches.tenants.by('revision', keyOf(namespace, object.metadata.name ?? '')).length === 0,
    )
    .toSorted((a, b) => numberOf(b) - numberOf(a))
    .slice(history);
}

async function deleteIfPresent(client: KubeClient, object: KubeObject, signal: AbortSignal): Promise<void> {
  const { namespace, name = '', uid } = object.metadata;
  const ref = { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) };
  try {
    await client.delete(ref, { signal, ...(uid === undefined ? {} : { preconditions: { uid } }) });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** Deletes superfluous revisions and the Secrets beside them. */
export async function pruneRevisions(
  client: KubeClient,
  caches: Caches,
  template: Template,
  current: string,
  signal: AbortSignal,
): Promise<void> {
  for (const object of superfluous(caches, template, current)) {
    await deleteIfPresent(client, { ...object, ...revisionKind }, signal);
    const secret = caches.secrets.get(object.metadata.namespace, object.metadata.name ?? '');
    if (secret) await deleteIfPresent(client, { ...secret, ...secretKind }, signal);
  }
}
