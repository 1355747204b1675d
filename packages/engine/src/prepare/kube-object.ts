import type { KubeObject } from '@caretaker/kube';
import { isRecord } from '../json/value.ts';

/** Whether a JSON value has the shape every object has: apiVersion, kind, and metadata that is a map. */
export function isKubeObject(value: unknown): value is KubeObject {
  return isRecord(value) && typeof value['apiVersion'] === 'string' && typeof value['kind'] === 'string' && isRecord(value['metadata']);
}
