import type { KubeObject } from '@caretaker/kube';

/** An event to record on an object. `fieldPath` names a part of it, e.g. `spec.containers{main}`. */
export interface WantedEvent {
  on: KubeObject;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  fieldPath?: string;
  /** Of events in the newer form: what was done. */
  action?: string;
}
