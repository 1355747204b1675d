import type { KubeObject } from '@caretaker/kube';
import { managedByLabel, managedByValue, objectAnnotations, unmanagedMode } from '../names.ts';
import { readIgnoreFields } from './ignore-fields.ts';
import { applyUserPatch } from './user-patch.ts';

/** What a user's annotations on the live object make of the golden one. */
export type Overridden =
  | { managed: false }
  | {
      managed: true;
      object: KubeObject;
      ignoreFields: readonly string[];
      /** Operations of a patch that was taken. */
      patched: number | undefined;
      /** The annotations are there, usable or not: what customization_info counts. */
      has: { patch: boolean; ignore: boolean };
      /** Reasons for events; the object is applied without what they name. */
      invalidPatch: string | undefined;
      invalidIgnoreFields: readonly string[];
    };

/** Pure; order as the ancestor's: unmanaged, patch, mask, label. A broken override never keeps the rest of the golden state away. */
export function applyOverrides(golden: KubeObject, annotations: Readonly<Record<string, string>>): Overridden {
  if (annotations[objectAnnotations.mode] === unmanagedMode) return { managed: false };
  const patchText = annotations[objectAnnotations.patch] ?? '';
  const ignoreText = annotations[objectAnnotations.ignoreFields] ?? '';
  const patch = patchText === '' ? undefined : applyUserPatch(golden, patchText);
  const object = patch?.ok ? patch.object : golden;
  const ignore = readIgnoreFields(ignoreText, object);
  return {
    managed: true,
    object: labelled(object),
    ignoreFields: ignore.pointers,
    patched: patch?.ok ? patch.operations : undefined,
    has: { patch: patchText !== '', ignore: ignoreText.trim() !== '' },
    invalidPatch: patch && !patch.ok ? patch.reason : undefined,
    invalidIgnoreFields: ignore.faults,
  };
}

function labelled(object: KubeObject): KubeObject {
  const { annotations, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, [managedByLabel]: managedByValue },
      ...(annotations && Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
  };
}
