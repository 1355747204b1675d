import type { KubeObject } from '@caretaker/kube';
import { isRecord } from '../json/value.ts';

/**
 * A Secret with its `stringData` moved into `data`. The API server does the same on write and forgets `stringData`, so an apply that sends
 * it would own fields that never exist and could not be compared.
 */
export function withoutStringData(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  if (object.apiVersion !== 'v1' || object.kind !== 'Secret' || !isRecord(stringData)) return object;
  const data: Record<string, unknown> = isRecord(rest['data']) ? { ...rest['data'] } : {};
  for (const [name, value] of Object.entries(stringData)) data[name] = Buffer.from(String(value), 'utf8').toString('base64');
  return { ...rest, data };
}
