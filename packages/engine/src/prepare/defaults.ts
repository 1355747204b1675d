import { groupKind } from '../marks/pod-labels.ts';
import type { ConflictPolicy, CreationPolicy, DeletionPolicy, DesiredObject, OnImmutable, PatchStrategy } from '../types/desired.ts';

/** The rules of a desired object with every default filled in. */
export interface Rules {
  creationPolicy: CreationPolicy;
  deletionPolicy: DeletionPolicy;
  conflictPolicy: ConflictPolicy;
  patchStrategy: PatchStrategy;
  waitForReady: boolean;
  timeoutSeconds: number;
  onImmutable: OnImmutable;
  skipOnDependencyFailure: boolean;
}

export function withDefaults(desired: DesiredObject): Rules {
  return {
    creationPolicy: desired.creationPolicy ?? 'WhenNeeded',
    deletionPolicy: desired.deletionPolicy ?? 'Delete',
    conflictPolicy: desired.conflictPolicy ?? 'Stuck',
    patchStrategy: desired.patchStrategy ?? 'apply',
    waitForReady: desired.waitForReady ?? true,
    timeoutSeconds: desired.timeoutSeconds ?? 300,
    onImmutable: desired.onImmutable ?? (groupKind(desired.object) === 'batch/Job' ? 'Recreate' : 'Fail'),
    skipOnDependencyFailure: desired.skipOnDependencyFailure ?? true,
  };
}
