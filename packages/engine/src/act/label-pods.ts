import type { JsonObject, KubeObject } from '@caretaker/kube';
import { isNotFoundStatus } from '../errors/api-status.ts';
import { dig, isRecord } from '../json/value.ts';
import { refText } from '../prepare/object-key.ts';
import type { Action } from '../types/action.ts';
import { type ActContext, requestOptions } from './context.ts';
import type { ActResult } from './result.ts';

/**
 * Labels the live pods and claims of an adopted workload, so that `kubectl get pods -l …` finds them without a restart (DESIGN §10.7).
 * Two LISTs and one patch per object that lacks the label; only once, at adoption.
 */
export async function labelPods(action: Extract<Action, { type: 'labelPods' }>, context: ActContext): Promise<ActResult> {
  const labels = context.marks.podLabels?.(context.owner) ?? {};
  const workload = await context.client.get(action.ref, requestOptions(context));
  const selector = selectorText(workload);
  if (selector === undefined || Object.keys(labels).length === 0) return { wrote: false };
  let labelled = 0;
  for (const kind of ['Pod', 'PersistentVolumeClaim']) {
    const list = await context.client.list(
      { apiVersion: 'v1', kind },
      {
        ...requestOptions(context),
        ...(action.ref.namespace === undefined ? {} : { namespace: action.ref.namespace }),
        labelSelector: selector,
        metadataOnly: true,
      },
    );
    for (const item of list.items.filter((object) => lacks(object, labels))) labelled += await label(kind, item, labels, context);
  }
  const message = `${labelled} pods and claims of ${refText(action.ref)} labelled`;
  return { wrote: labelled > 0, happenings: labelled > 0 ? [{ type: 'PodsLabelled', message }] : [] };
}

async function label(kind: string, object: KubeObject, labels: Readonly<Record<string, string>>, context: ActContext): Promise<number> {
  const { name = '', namespace, uid } = object.metadata;
  const ref = { apiVersion: 'v1', kind, name, ...(namespace === undefined ? {} : { namespace }) };
  const metadata: JsonObject = { ...(uid === undefined ? {} : { uid }), labels: { ...labels } };
  try {
    await context.client.patch(
      ref,
      { type: 'merge', body: { metadata } },
      { ...requestOptions(context), fieldManager: context.fieldManager },
    );
    return 1;
  } catch (error) {
    if (isNotFoundStatus(error)) return 0;
    throw error;
  }
}

function lacks(object: KubeObject, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).some(([name, value]) => object.metadata.labels?.[name] !== value);
}

function selectorText(workload: KubeObject): string | undefined {
  const labels = dig(workload, 'spec', 'selector', 'matchLabels');
  if (!isRecord(labels) || Object.keys(labels).length === 0) return undefined;
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(',');
}
