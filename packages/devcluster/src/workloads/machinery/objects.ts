import type { GroupVersionKind, KubeObject, ObjectRef, OwnerReference } from '@caretaker/kube';

export function nameOf(object: KubeObject): string {
  return object.metadata.name ?? '';
}

export function namespaceOf(object: KubeObject): string {
  return object.metadata.namespace ?? '';
}

export function uidOf(object: KubeObject): string {
  return object.metadata.uid ?? '';
}

/** `namespace/name`, or the name alone for cluster-scoped objects. */
export function keyOf(object: KubeObject): string {
  return object.metadata.namespace ? `${object.metadata.namespace}/${nameOf(object)}` : nameOf(object);
}

/** The address that a key of `keyOf` stands for. */
export function refOfKey(kind: GroupVersionKind, key: string): ObjectRef {
  const slash = key.indexOf('/');
  const address = slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
  return { apiVersion: kind.apiVersion, kind: kind.kind, ...address };
}

export function refOf(object: KubeObject): ObjectRef {
  return refOfKey(object, keyOf(object));
}

export function isDeleting(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

export function labelsOf(object: KubeObject): Readonly<Record<string, string>> {
  return object.metadata.labels ?? {};
}

export function annotationsOf(object: KubeObject): Readonly<Record<string, string>> {
  return object.metadata.annotations ?? {};
}

/** The owner that manages this object, if there is one. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}

export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return controllerOf(object)?.uid === uidOf(owner);
}

/** Key of the managing owner when it is of this kind (any version of its group). */
export function controllerKey(object: KubeObject, kind: GroupVersionKind): string | undefined {
  const reference = controllerOf(object);
  if (reference?.kind !== kind.kind || groupOf(reference.apiVersion) !== groupOf(kind.apiVersion)) return undefined;
  return `${namespaceOf(object)}/${reference.name}`;
}

export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** A managing owner reference, as controllers write it. */
export function controllerReference(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: nameOf(owner),
    uid: uidOf(owner),
    controller: true,
    blockOwnerDeletion: true,
  };
}

export function createdAt(object: KubeObject): number {
  return Date.parse(object.metadata.creationTimestamp ?? '') || 0;
}
