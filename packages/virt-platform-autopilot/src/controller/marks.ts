import type { Marks } from '@caretaker/engine';
import { isOwnAnnotation, managedByLabel, managedByValue, objectAnnotations } from '../names.ts';

/** How the autopilot marks its objects: one label, no owner references (its objects outlive it), the pause annotation of the contract. */
export const marks: Marks = {
  labels: () => ({ [managedByLabel]: managedByValue }),
  ownerReferences: false,
  appliedHash: objectAnnotations.appliedHash,
  paused: objectAnnotations.paused,
  keepAnnotation: isOwnAnnotation,
};
