import { hash } from 'node:crypto';
import type { KubeObject, ManagedFieldsEntry } from '@caretaker/kube';
import { FieldSet } from '../fields/field-set.ts';
import { walkFields } from '../fields/walk.ts';
import { ownerLabelNames, podLabelNames } from '../marks/names.ts';
import { claimsCarry, groupOf, podTemplateLabels } from '../marks/pod-labels.ts';
import { readinessByKind } from '../readiness/by-kind.ts';
import type { Marks } from '../types/marks.ts';
import { asDigestObject, type DigestFields, type DigestObject, type ForeignManager } from './digest.ts';

export interface DigesterOptions {
  fieldManager: string;
  marks: Marks;
  /** Keep the body beside the digest (kinds with a readiness rule of their own). */
  keepBody: boolean;
}

/** Makes the transform that informers of this engine use. It depends on nothing but its argument and these constants. */
export function createDigester(options: DigesterOptions): (object: KubeObject) => DigestObject {
  const labels = ownerLabelNames(options.marks);
  const podLabels = podLabelNames(options.marks);
  return (object) => asDigestObject(object, digest(object, options, labels, podLabels));
}

function digest(object: KubeObject, options: DigesterOptions, labelNames: readonly string[], podLabels: readonly string[]): DigestFields {
  const { fieldManager, marks } = options;
  const metadata = object.metadata;
  const annotations = metadata.annotations ?? {};
  const entries = metadata.managedFields ?? [];
  const ours = entries.filter((entry) => entry.manager === fieldManager && entry.subresource === undefined);
  const applied = ours.find((entry) => entry.operation === 'Apply')?.fieldsV1;
  const templateLabels = podTemplateLabels(object);
  return {
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    generation: metadata.generation,
    deleting: metadata.deletionTimestamp === undefined ? undefined : (metadata.finalizers ?? none),
    own: applied && FieldSet.of(applied),
    values: applied ? valuesHash(applied, object) : '',
    body: ours.some((entry) => entry.operation === 'Update') ? bodyHash(object) : undefined,
    others: foreignManagers(entries, fieldManager),
    appliedHash: annotations[marks.appliedHash],
    createdOnce: marks.createdOnce !== undefined && annotations[marks.createdOnce] === 'true',
    retained: marks.deletionPolicy !== undefined && annotations[marks.deletionPolicy] === 'Retain',
    paused: annotations[marks.paused] === 'true',
    orphaned: marks.orphaned !== undefined && metadata.labels?.[marks.orphaned.label] === 'true',
    annotations: kept(annotations, marks.keepAnnotation),
    labels: kept(metadata.labels ?? {}, (name) => labelNames.includes(name)),
    owners: metadata.ownerReferences?.length
      ? metadata.ownerReferences.map(({ apiVersion, kind, name, uid, controller }) => ({
          group: groupOf(apiVersion),
          kind,
          name,
          uid,
          controller: controller === true,
        }))
      : none,
    podLabelled: templateLabels && podLabels.every((name) => templateLabels[name] !== undefined),
    claimsLabelled: claimsCarry(object, podLabels),
    readiness: readinessByKind(object),
    object: options.keepBody ? withoutManagedFields(object) : undefined,
  };
}

const none: readonly never[] = [];
const nothing: Readonly<Record<string, string>> = {};

/** Hash of the live values at the given fields. Status and bookkeeping of the server are no fields of ours, so they never change it. */
export function valuesHash(fields: Record<string, unknown>, live: unknown): string {
  const parts: string[] = [];
  walkFields(fields, live, ({ path, value, presence }) => {
    parts.push(path, presence ? String(value !== undefined) : (JSON.stringify(value) ?? ''));
  });
  return hash('sha1', parts.join('\n'), 'base64');
}

/** Hash of all that people and we may write: no status, no managedFields, no server bookkeeping. */
export function bodyHash(object: KubeObject): string {
  const { status: _status, metadata, ...rest } = object;
  const { labels, annotations, finalizers, ownerReferences } = metadata;
  return hash('sha1', JSON.stringify([rest, labels, annotations, finalizers, ownerReferences]), 'base64');
}

const foreign = new Map<string, WeakRef<ForeignManager>>();
const forgotten = new FinalizationRegistry<string>((key) => {
  if (!foreign.get(key)?.deref()) foreign.delete(key);
});

/** Other managers, one object per (manager, operation, subresource, fields) in the process. Pure status writers say nothing about drift. */
function foreignManagers(entries: readonly ManagedFieldsEntry[], fieldManager: string): readonly ForeignManager[] {
  const found: ForeignManager[] = [];
  for (const entry of entries) {
    if (entry.subresource === 'status' || entry.fieldsV1 === undefined) continue;
    if (entry.manager === fieldManager && entry.subresource === undefined) continue;
    found.push(internForeign(entry.manager ?? '', entry.operation ?? '', entry.subresource, FieldSet.of(entry.fieldsV1)));
  }
  return found.length === 0 ? none : found;
}

function internForeign(manager: string, operation: string, subresource: string | undefined, fields: FieldSet): ForeignManager {
  const key = [manager, operation, subresource ?? '', fields.hash].join('\n');
  const known = foreign.get(key)?.deref();
  if (known) return known;
  const entry: ForeignManager = { manager, operation, subresource, fields };
  foreign.set(key, new WeakRef(entry));
  forgotten.register(entry, key);
  return entry;
}

function kept(from: Readonly<Record<string, string>>, keep: ((name: string) => boolean) | undefined): Readonly<Record<string, string>> {
  if (!keep) return nothing;
  const found = Object.entries(from).filter(([name]) => keep(name));
  return found.length === 0 ? nothing : Object.fromEntries(found);
}

function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}
