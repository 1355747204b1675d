import type { EventRecord, KubeObject } from '@caretaker/kube';

/** The object that an event is about. */
export function regardingOf(object: KubeObject): EventRecord['regarding'] {
  const { namespace, name = '', uid } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    ...(uid === undefined ? {} : { uid }),
  };
}
