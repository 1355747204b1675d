import type { ObjectRef } from './object.ts';

/** One happening on an object. Messages are truncated to API limits; equal ones are counted, not repeated. */
export interface EventRecord {
  regarding: ObjectRef & { uid?: string; resourceVersion?: string };
  type: 'Normal' | 'Warning';
  /** UpperCamelCase. */
  reason: string;
  message: string;
}

export interface EventRecorder {
  record(event: EventRecord): void;
  /** Sends what waits; for shutdown and tests. */
  flush(): Promise<void>;
}
