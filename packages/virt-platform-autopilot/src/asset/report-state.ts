import type { ObjectRef } from '@caretaker/kube';
import type { Situation } from '../metrics/situation.ts';
import type { Customization, Identity } from '../metrics/status.ts';

/** What one pass over an asset found; everything that is reported is made from two of these in a row. */
export interface AssetState {
  situation: Situation;
  /** For people: why. */
  detail: string;
  /** Known once the asset was rendered, or literal in its file. */
  identity?: Identity | undefined;
  ref?: (ObjectRef & { uid?: string }) | undefined;
  customizations: readonly Customization[];
  /** Operations of a user patch that is in force, with its text, so that a new patch is told. */
  patch?: { operations: number; text: string } | undefined;
  invalidPatch?: string | undefined;
  invalidIgnoreFields: readonly string[];
  /** Name of the missing kind or CRD. */
  missing?: string | undefined;
  /** Where a failure comes from. */
  stage?: 'render' | 'apply' | undefined;
}

export function identityOf(object: { kind: string; metadata: { name?: string; namespace?: string } }): Identity {
  return { kind: object.kind, name: object.metadata.name ?? '', namespace: object.metadata.namespace ?? '' };
}

/** `Kind namespace/name`, as events and logs word an object. */
export function identityText(identity: Identity): string {
  return `${identity.kind} ${identity.namespace === '' ? '' : `${identity.namespace}/`}${identity.name}`;
}
