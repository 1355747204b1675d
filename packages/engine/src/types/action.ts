import type { ObjectRef } from '@caretaker/kube';
import type { ConflictPolicy, OnImmutable, PatchStrategy } from './desired.ts';

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

/** One write that `decide` asks for. `act` carries it out; nothing else writes. */
export type Action =
  | {
      type: 'create' | 'write';
      id: string;
      ref: ObjectRef;
      strategy: PatchStrategy;
      cause: Cause;
      force: boolean;
      policy: ConflictPolicy;
      onImmutable: OnImmutable;
    }
  /** Takes marks of an earlier release off again, before the apply. */
  | { type: 'reclaim'; id: string; ref: ObjectRef; uid: string; resourceVersion: string }
  /** Labels live pods and claims of an adopted workload (DESIGN §10.7). */
  | { type: 'labelPods'; id: string; ref: ObjectRef }
  /** Writes the pause annotation after an edit war. */
  | { type: 'pause'; id: string; ref: ObjectRef; uid: string; resourceVersion: string }
  | { type: 'delete'; id: string; ref: ObjectRef; uid: string; resourceVersion: string; recreate: boolean }
  /** Takes our labels and owner reference off and marks it as orphaned. */
  | { type: 'release'; id: string; ref: ObjectRef; uid: string; resourceVersion: string; reason: string };
