import type { KubeObject } from '@caretaker/kube';
import type { FieldSet } from '../fields/field-set.ts';
import type { OwnerEvidence } from '../marks/proof.ts';
import type { Readiness } from '../readiness/readiness.ts';

/** Another field manager of an object. */
export interface ForeignManager {
  readonly manager: string;
  readonly operation: string;
  readonly subresource: string | undefined;
  readonly fields: FieldSet;
}

/** Marks digests of this module, so that reading one back needs no cast. */
const brand: unique symbol = Symbol('digest');

/** All that is kept of one live object: what tells drift, ownership and readiness, and no body. */
export interface Digest extends OwnerEvidence {
  readonly [brand]: true;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number | undefined;
  /** Finalizers that hold a deletion; absent when the object is not being deleted. */
  readonly deleting: readonly string[] | undefined;
  /** Fields of our own entry with operation Apply. */
  readonly own: FieldSet | undefined;
  /** Hash of the live values at `own`. */
  readonly values: string;
  /** Hash of everything but status and bookkeeping; only for objects that we write by merge or replace (our entry is Update). */
  readonly body: string | undefined;
  readonly others: readonly ForeignManager[];
  readonly appliedHash: string | undefined;
  readonly createdOnce: boolean;
  /** Its deletion policy is Retain. */
  readonly retained: boolean;
  readonly paused: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether the pod template carries our pod labels; undefined for kinds without one. */
  readonly podLabelled: boolean | undefined;
  /** Whether the claim templates of a StatefulSet carry them: an immutable field, so it stays as it was made. */
  readonly claimsLabelled: boolean | undefined;
  readonly readiness: Readiness;
  /** The whole object, without managedFields: only for kinds with a readiness rule of their own. */
  readonly object: KubeObject | undefined;
}

/** A digest before it is branded. */
export type DigestFields = Omit<Digest, typeof brand>;

/** A digest in the shape that informers keep. */
export interface DigestObject extends KubeObject {
  digest: Digest;
}

/** Reads the digest back out of an informer's store. */
export function digestOf(object: KubeObject | undefined): Digest | undefined {
  return object !== undefined && isDigestObject(object) ? object.digest : undefined;
}

export function asDigestObject(object: KubeObject, fields: DigestFields): DigestObject {
  const digest: Digest = { ...fields, [brand]: true };
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const metadata: KubeObject['metadata'] = {};
  if (name !== undefined) metadata.name = name;
  if (namespace !== undefined) metadata.namespace = namespace;
  if (uid !== undefined) metadata.uid = uid;
  if (resourceVersion !== undefined) metadata.resourceVersion = resourceVersion;
  return { apiVersion: object.apiVersion, kind: object.kind, metadata, digest };
}

function isDigestObject(object: KubeObject): object is DigestObject {
  const digest = object['digest'];
  return typeof digest === 'object' && digest !== null && brand in digest;
}
