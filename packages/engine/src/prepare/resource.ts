import type { KubeObject, ObjectRef } from '@caretaker/kube';
import type { IgnorePath } from '../ignore/parse.ts';
import type { ReadinessCheck } from '../readiness/custom.ts';
import type { ErrorCode } from '../types/error-code.ts';
import type { Rules } from './defaults.ts';

/** Something that keeps a resource from being worked on at all. */
export interface Fault {
  code: ErrorCode;
  /** UpperCamelCase, for the state's reason. */
  reason: string;
  message: string;
}

/** A resource of a bundle, ready to be decided on: identity complete, object stamped, rules filled in. */
export interface Resource {
  id: string;
  dependIds: readonly string[];
  level: number;
  ref: ObjectRef;
  /** Empty when the identity could not be read. */
  key: string;
  /** With our marks, without pod labels and without the applied-hash annotation. */
  object: KubeObject;
  hash: string;
  rules: Rules;
  ignored: readonly IgnorePath[];
  readiness: ReadinessCheck | undefined;
  /** Values never appear in messages. */
  sensitive: boolean;
  fault: Fault | undefined;
}
