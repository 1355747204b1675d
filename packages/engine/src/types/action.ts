import type { ObjectRef } from '@caretaker/kube';
import type { PatchStrategy } from './desired.ts';

/** Why an object is written. */
export type Cause =
  /** It does not exist. */
  | 'missing'
  /** The desired object differs from the one last applied. */
  | 'changed'
  /** Somebody changed or took a field that was ours. */
  | 'drift'
  /** It exists, was not made by us, and conflictPolicy Force takes it. */
  | 'adoption'
  /** Asked for by a person. */
  | 'forced'
  /** Not certain after a restart; the write tells (an apply that changes nothing is not stored). */
  | 'unverified';

interface Target {
  id: string;
  ref: ObjectRef;
}

/** The object as it was when the decision was made; every write onto an existing object is guarded by it. */
interface Existing {
  uid: string;
  resourceVersion: string;
}

export interface WriteAction extends Target {
  type: 'write';
  strategy: PatchStrategy;
  cause: Cause;
  /** Take fields that other managers hold. */
  force: boolean;
  /** Absent: the object is to be created. */
  existing?: Existing | undefined;
  /** Whether the pod template gets our pod labels (DESIGN §10.7). */
  podLabels: 'add' | 'leave' | 'ifTemplateChanges';
  /** The same for the claim templates of a StatefulSet, which never change after creation. */
  claimLabels: boolean;
  /** spec.replicas belongs to an autoscaler or to whoever scaled it (DESIGN §10.6). */
  yieldReplicas: boolean;
  /** Fields that drifted, as the API server writes them. */
  fields: readonly string[];
  /** This repair follows another one of the same object closely. */
  contested: boolean;
  /** For recreations: this object replaces one that could not be changed. */
  recreation: boolean;
}

export interface DeleteAction extends Target, Existing {
  type: 'delete';
  /** Made anew afterwards (onImmutable: Recreate). */
  recreate: boolean;
}

/** One request that `decide` asks for. `act` carries it out; nothing else writes. */
export type Action =
  | WriteAction
  | DeleteAction
  /** Reads the live object and compares the desired leaves: only for merge and replace, whose objects managedFields does not describe. */
  | (Target & Existing & { type: 'verify' })
  /** Takes marks of an earlier release off again, before the apply. */
  | (Target & Existing & { type: 'reclaim' })
  /** Labels live pods and claims of an adopted workload (DESIGN §10.7). */
  | (Target & { type: 'labelPods' })
  /** Writes the pause annotation after an edit war. */
  | (Target & Existing & { type: 'pause' })
  /** Takes our labels and owner reference off and marks it as orphaned. */
  | (Target & Existing & { type: 'release'; reason: string });
