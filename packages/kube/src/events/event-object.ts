import type { EventRecord } from '../types/events.ts';
import type { KubeObject } from '../types/object.ts';
import { truncate } from './truncate.ts';

/** The API's limits (core/v1 event validation): message in bytes, reason, name of an object. */
const messageBytes = 1024;
const reasonBytes = 128;
const nameLength = 253;

/** One event with its count, as it will be or is stored. Times are wall clock, milliseconds. */
export interface CountedEvent {
  record: EventRecord;
  count: number;
  first: number;
  last: number;
}

/** Events that differ in nothing that this says are one event, counted. */
export function aggregationKey(record: EventRecord): string {
  const { apiVersion, kind, namespace, name, uid } = record.regarding;
  return JSON.stringify([apiVersion, kind, namespace ?? '', name, uid ?? '', record.type, record.reason, record.message]);
}

/** Events live in the namespace of what they are about; those about cluster-scoped objects in `default`. */
export function eventNamespace(record: EventRecord): string {
  return record.regarding.namespace ?? 'default';
}

/** core/v1 Event: the API that `kubectl get events --sort-by=.lastTimestamp` needs. */
export function eventObject(event: CountedEvent, name: string, component: string, instance: string): KubeObject {
  const { regarding, type, reason, message } = event.record;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: eventNamespace(event.record) },
    involvedObject: {
      apiVersion: regarding.apiVersion,
      kind: regarding.kind,
      name: regarding.name,
      ...(regarding.namespace === undefined ? {} : { namespace: regarding.namespace }),
      ...(regarding.uid === undefined ? {} : { uid: regarding.uid }),
      ...(regarding.resourceVersion === undefined ? {} : { resourceVersion: regarding.resourceVersion }),
    },
    type,
    reason: truncate(reason, reasonBytes),
    message: truncate(message, messageBytes),
    source: { component },
    reportingComponent: component,
    reportingInstance: instance,
    firstTimestamp: seconds(event.first),
    lastTimestamp: seconds(event.last),
    count: event.count,
  };
}

/** `<object>.<hex>` as other clients name events, within the limit for names. */
export function eventName(record: EventRecord, unique: bigint): string {
  const suffix = `.${unique.toString(16)}`;
  return `${record.regarding.name.slice(0, nameLength - suffix.length)}${suffix}`;
}

/** meta/v1 Time has whole seconds. */
export function seconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
