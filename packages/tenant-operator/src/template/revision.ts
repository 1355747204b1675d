/** A template's spec, published: a ControllerRevision that tenants name, and beside it a Secret with the bodies of Secret resources. Pure. */
import { createHash, createHmac } from 'node:crypto';
import type { JsonObject, JsonValue, KubeObject, OwnerReference } from '@caretaker/kube';
import { apiVersion, labels } from '../api/names.ts';
import { isMap } from '../api/schema.ts';
import type { Template, TemplateSpec } from '../api/types.ts';
import { toJson, toJsonObject } from '../json/to-json.ts';
import { isSecretResource, resourcesOf } from './compiled.ts';

/** JSON with sorted members: equal values have equal text. */
export function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`);
  return `{${members.join(',')}}`;
}

export interface RevisionContent {
  /** What the ControllerRevision holds; bodies of Secrets are reduced to apiVersion and kind. */
  data: JsonObject;
  /** Bodies of Secrets by resource id, as JSON text. */
  secretBodies: Readonly<Record<string, string>>;
  /** Ten hex digits over both; the part over Secrets is keyed, so that it says nothing about them. */
  hash: string;
}

/** How a template is published. `rollout` is policy, not content: changing it makes no revision. */
export function revisionContent(spec: TemplateSpec, key: Uint8Array): RevisionContent {
  const { rollout: _, ...content } = spec;
  const data = structuredClone(toJsonObject(content));
  const secretBodies: Record<string, string> = {};
  for (const { list, resource } of resourcesOf(spec)) {
    if (!isSecretResource(list, resource)) continue;
    secretBodies[resource.id] = canonical(toJsonObject(resource.spec));
    const entries = data[list];
    const entry = Array.isArray(entries) ? entries.find((item) => isMap(item) && item['id'] === resource.id) : undefined;
    if (isMap(entry))
      entry['spec'] = { apiVersion: toJson(resource.spec['apiVersion'] ?? 'v1'), kind: toJson(resource.spec['kind'] ?? 'Secret') };
  }
  const hash = createHash('sha256').update(canonical(data));
  if (Object.keys(secretBodies).length > 0) hash.update(createHmac('sha256', key).update(canonical(secretBodies)).digest());
  return { data, secretBodies, hash: hash.digest('hex').slice(0, 10) };
}

export const revisionName = (template: string, hash: string): string => `${template}-${hash}`;

/**
 * The owners of a revision. The registry is one too, so that the revisions of a template that was deleted stay for the tenants that still name them:
 * garbage collection waits until all owners are gone.
 */
export function revisionOwners(template: Template, registry: { name: string; uid: string } | undefined): OwnerReference[] {
  const { name, uid } = template.metadata;
  return [
    { apiVersion, kind: 'TenantTemplate', name, uid, controller: true, blockOwnerDeletion: false },
    ...(registry ? [{ apiVersion, kind: 'TenantRegistry', name: registry.name, uid: registry.uid }] : []),
  ];
}

export function revisionObject(template: Template, content: RevisionContent, number: number, owners: OwnerReference[]): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: revisionName(template.metadata.name, content.hash),
      namespace: template.metadata.namespace,
      labels: { [labels.template]: template.metadata.name },
      ownerReferences: owners,
    },
    data: content.data,
    revision: number,
  };
}

/** The Secret beside the revision, or undefined when no resource is a Secret. It has the revision's name. */
export function bodiesSecret(template: Template, content: RevisionContent, owners: OwnerReference[]): KubeObject | undefined {
  const ids = Object.keys(content.secretBodies).sort();
  if (ids.length === 0) return undefined;
  const data: Record<string, string> = {};
  for (const id of ids) data[bodyKey(id)] = Buffer.from(content.secretBodies[id] ?? '').toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: {
      name: revisionName(template.metadata.name, content.hash),
      namespace: template.metadata.namespace,
      labels: { [labels.template]: template.metadata.name, [labels.purpose]: 'revision-bodies' },
      ownerReferences: owners,
    },
    immutable: true,
    data,
  };
}

/** A key of a Secret's data for any resource id. */
const bodyKey = (id: string): string => (/^[-._a-zA-Z0-9]{1,253}$/.test(id) ? id : `id.${Buffer.from(id).toString('hex')}`);

/** Puts the bodies of Secrets back. Undefined while the Secret with them is not there. */
export function completeSpec(spec: TemplateSpec, bodies: KubeObject | undefined): TemplateSpec | undefined {
  const out: TemplateSpec = structuredClone(spec);
  const data = isMap(bodies?.['data']) ? bodies['data'] : undefined;
  for (const { list, resource } of resourcesOf(out)) {
    if (!isSecretResource(list, resource)) continue;
    const encoded = data?.[bodyKey(resource.id)];
    if (typeof encoded !== 'string') return undefined;
    const body: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString());
    if (!isMap(body)) return undefined;
    resource.spec = body;
  }
  return out;
}
