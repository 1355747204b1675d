/** metadata: the same for every kind but for the rule of names. */
import type { JsonObject, JsonValue, KubeObject, ObjectMeta, OwnerReference } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import type { FieldError } from '../../schema/contract.ts';
import { forbidden, invalid, required, tooLong } from './field-errors.ts';
import { dns1035Label, dnsLabel, dnsSubdomain, labelValue, maxBytes, pathSegment, qualifiedName } from './formats.ts';

/** 'long': a subdomain whose length is counted in bytes. */
export type NameRule = 'subdomain' | 'long' | 'label' | 'label1035' | 'segment' | 'any';

const RULES: Readonly<Record<NameRule, (name: string) => string[]>> = {
  subdomain: dnsSubdomain,
  long: (name) => dnsSubdomain(name, maxBytes),
  label: dnsLabel,
  label1035: dns1035Label,
  segment: pathSegment,
  any: () => [],
};

export const IMMUTABLE = 'field is immutable';
const NOT_NEGATIVE = 'must be greater than or equal to 0';
const ANNOTATIONS_LIMIT = 256 * 1024;

/** A generateName is judged as if something followed its dash. */
const maskDash = (name: string): string => (name.length > 1 && name.endsWith('-') ? `${name.slice(0, -1)}a` : name);

function nameErrors(meta: ObjectMeta, rule: NameRule, at: string, errors: FieldError[]): void {
  const check = RULES[rule];
  // kinds that declare what their names are do not look at what the server makes them of
  if (meta.generateName && rule !== 'long') {
    const prefix = rule === 'segment' ? meta.generateName : maskDash(meta.generateName);
    for (const words of check(prefix)) errors.push(invalid(`${at}.generateName`, meta.generateName, words));
  }
  if (!meta.name) errors.push(required(`${at}.name`, 'name or generateName is required'));
  else for (const words of check(meta.name)) errors.push(invalid(`${at}.name`, meta.name, words));
}

export function labelErrors(labels: JsonValue | undefined, at: string, errors: FieldError[]): void {
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return;
  for (const key of Object.keys(labels)) {
    for (const words of qualifiedName(key)) errors.push(invalid(at, key, words));
    const value = labels[key];
    for (const words of labelValue(typeof value === 'string' ? value : '')) errors.push(invalid(at, value, words));
  }
}

export function annotationErrors(annotations: Record<string, string> | undefined, at: string, errors: FieldError[]): void {
  if (annotations === undefined) return;
  let size = 0;
  for (const key of Object.keys(annotations)) {
    for (const words of qualifiedName(key.toLowerCase())) errors.push(invalid(at, key, words));
    size += Buffer.byteLength(key) + Buffer.byteLength(annotations[key] ?? '');
  }
  if (size > ANNOTATIONS_LIMIT) errors.push(tooLong(at, ANNOTATIONS_LIMIT));
}

function ownerErrors(owners: readonly OwnerReference[], at: string, errors: FieldError[]): void {
  let controller = '';
  for (const owner of owners) {
    const parts = owner.apiVersion?.split('/') ?? [];
    const version = parts.length > 2 ? '' : parts.at(-1);
    if (!version) errors.push(invalid(`${at}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty'));
    if (!owner.kind) errors.push(invalid(`${at}.kind`, owner.kind ?? '', 'must not be empty'));
    if (!owner.name) errors.push(invalid(`${at}.name`, owner.name ?? '', 'must not be empty'));
    if (!owner.uid) errors.push(invalid(`${at}.uid`, owner.uid ?? '', 'must not be empty'));
    if (owner.apiVersion === 'v1' && owner.kind === 'Event') {
      errors.push(invalid(at, owner as unknown as JsonObject, '/v1, Kind=Event is disallowed from being an owner'));
    }
    if (owner.controller !== true) continue;
    const name = `${owner.kind}/${owner.name}`;
    if (controller === '') controller = name;
    else {
      const words = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`;
      errors.push(invalid(at, owners as unknown as JsonValue, words));
    }
  }
}

function finalizerErrors(finalizers: readonly string[], at: string, errors: FieldError[]): void {
  for (const finalizer of finalizers) for (const words of qualifiedName(finalizer)) errors.push(invalid(at, finalizer, words));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalid(at, [...finalizers], 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
}

function managedFieldErrors(meta: ObjectMeta, at: string, errors: FieldError[]): void {
  for (const [i, entry] of (meta.managedFields ?? []).entries()) {
    if (entry.operation !== 'Apply' && entry.operation !== 'Update') {
      errors.push(invalid(`${at}[${i}].operation`, entry.operation ?? '', 'must be `Apply` or `Update`'));
    }
    if (entry.fieldsType && entry.fieldsType !== 'FieldsV1')
      errors.push(invalid(`${at}[${i}].fieldsType`, entry.fieldsType, 'must be `FieldsV1`'));
    if (Buffer.byteLength(entry.manager ?? '') > 128) errors.push(tooLong(`${at}[${i}].manager`, 128));
  }
}

function commonErrors(meta: ObjectMeta, namespaced: boolean, at: string, errors: FieldError[]): void {
  if (namespaced) {
    if (!meta.namespace) errors.push(required(`${at}.namespace`));
    else for (const words of dnsLabel(meta.namespace)) errors.push(invalid(`${at}.namespace`, meta.namespace, words));
  } else if (meta.namespace) errors.push(forbidden(`${at}.namespace`, 'not allowed on this type'));
  if ((meta.generation ?? 0) < 0) errors.push(invalid(`${at}.generation`, meta.generation, NOT_NEGATIVE));
  sharedErrors(meta, at, errors, true);
}

function sharedErrors(meta: ObjectMeta, at: string, errors: FieldError[], finalizers: boolean): void {
  if (meta.labels !== undefined) labelErrors(meta.labels, `${at}.labels`, errors);
  annotationErrors(meta.annotations, `${at}.annotations`, errors);
  if (meta.ownerReferences !== undefined) ownerErrors(meta.ownerReferences, `${at}.ownerReferences`, errors);
  if (finalizers && meta.finalizers !== undefined) finalizerErrors(meta.finalizers, `${at}.finalizers`, errors);
  if (meta.managedFields !== undefined) managedFieldErrors(meta, `${at}.managedFields`, errors);
}

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];

/** Finalizers of built-in kinds are known, or have a domain. */
export function qualifiedFinalizerErrors(finalizers: readonly string[] | undefined, at: string, errors: FieldError[], from = 0): void {
  for (const [i, finalizer] of (finalizers ?? []).entries()) {
    if (finalizer.includes('/') || STANDARD_FINALIZERS.includes(finalizer)) continue;
    errors.push(invalid(`${at}[${from + i}]`, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'));
  }
}

/** metadata of an object that is being created, or of any object by its general rules. */
export function objectMetaErrors(object: KubeObject, namespaced: boolean, rule: NameRule, errors: FieldError[]): void {
  nameErrors(object.metadata, rule, 'metadata', errors);
  commonErrors(object.metadata, namespaced, 'metadata', errors);
}

/** A changed value of a field that cannot change. */
export function immutable(field: string, next: JsonValue | undefined, live: JsonValue | undefined, errors: FieldError[]): void {
  if (!equalValues(next ?? null, live ?? null)) errors.push(invalid(field, next, IMMUTABLE));
}

/** metadata of an update, against what was there. */
export function objectMetaUpdateErrors(next: ObjectMeta, live: ObjectMeta, errors: FieldError[]): void {
  const at = 'metadata';
  if (live.deletionTimestamp !== undefined) {
    const extra = (next.finalizers ?? []).filter((one) => !(live.finalizers ?? []).includes(one)).sort();
    if (extra.length > 0) {
      const list = `[]string{${extra.map((one) => JSON.stringify(one)).join(', ')}}`;
      errors.push(
        forbidden(`${at}.finalizers`, `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`),
      );
    }
  }
  if (!next.resourceVersion) errors.push(invalid(`${at}.resourceVersion`, next.resourceVersion ?? '', 'must be specified for an update'));
  if ((next.generation ?? 0) < (live.generation ?? 0))
    errors.push(invalid(`${at}.generation`, next.generation ?? 0, 'must not be decremented'));
  immutable(`${at}.name`, next.name ?? '', live.name ?? '', errors);
  immutable(`${at}.namespace`, next.namespace ?? '', live.namespace ?? '', errors);
  immutable(`${at}.uid`, next.uid ?? '', live.uid ?? '', errors);
  immutable(`${at}.creationTimestamp`, next.creationTimestamp, live.creationTimestamp, errors);
  immutable(`${at}.deletionTimestamp`, next.deletionTimestamp, live.deletionTimestamp, errors);
  immutable(`${at}.deletionGracePeriodSeconds`, next.deletionGracePeriodSeconds, live.deletionGracePeriodSeconds, errors);
  sharedErrors(next, at, errors, false);
}

/** The rules that hold for every object whatever its kind; run before the kind's own on updates, after them on create. */
export function genericMetaErrors(object: KubeObject, namespaced: boolean, errors: FieldError[]): void {
  objectMetaErrors(object, namespaced, 'segment', errors);
}
