import type { JsonObject } from '@caretaker/kube';
import { toJsonObject } from '../json/value.ts';
import { refText } from '../prepare/object-key.ts';
import type { Action } from '../types/action.ts';
import type { Marks } from '../types/marks.ts';
import { type ActContext, requestOptions } from './context.ts';
import type { ActResult } from './result.ts';

type Of<T extends Action['type']> = Extract<Action, { type: T }>;

/** Takes our marks off an object that stays without an owner, and marks it as orphaned (deletionPolicy Retain). */
export async function releaseObject(action: Of<'release'>, owners: readonly { uid: string }[], context: ActContext): Promise<ActResult> {
  const { marks, owner } = context;
  const metadata: JsonObject = {
    ...guard(action),
    labels: releasedLabels(marks, context),
    annotations: releasedAnnotations(marks, action.reason, context.now),
  };
  if (owners.some((reference) => reference.uid === owner.uid)) {
    const live = await context.client.get(action.ref, requestOptions(context));
    const others = (live.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== owner.uid);
    metadata['ownerReferences'] = others.length > 0 ? others.map(toJsonObject) : null;
  }
  return patch(action, metadata, context, 'Released', `${refText(action.ref)} kept, no longer managed (${action.reason})`);
}

/** Takes the marks of an earlier release off again and puts ours on, so that the apply that follows finds an object of ours. */
export async function reclaimObject(action: Of<'reclaim'>, context: ActContext): Promise<ActResult> {
  const { orphaned } = context.marks;
  const labels: JsonObject = { ...context.marks.labels(context.owner), ...(orphaned ? { [orphaned.label]: null } : {}) };
  const annotations: JsonObject = orphaned ? { [orphaned.at]: null, [orphaned.reason]: null } : {};
  return patch(
    action,
    { ...guard(action), labels, annotations },
    context,
    'Reclaimed',
    `${refText(action.ref)} was released earlier: managed again`,
  );
}

/** Writes the pause annotation. Guarded by uid only: in an edit war the version changes too often to be met. */
export async function pauseObject(action: Of<'pause'>, context: ActContext): Promise<ActResult> {
  const annotations: JsonObject = { [context.marks.paused]: 'true' };
  return patch(action, { uid: action.uid, annotations }, context);
}

async function patch(
  action: Of<'release' | 'reclaim' | 'pause'>,
  metadata: JsonObject,
  context: ActContext,
  type?: 'Released' | 'Reclaimed',
  message = '',
): Promise<ActResult> {
  const options = { ...requestOptions(context), fieldManager: context.fieldManager };
  const after = await context.client.patch(action.ref, { type: 'merge', body: { metadata } }, options);
  return { after: { type: 'object', digest: context.digest(after) }, wrote: true, happenings: type ? [{ type, message }] : [] };
}

function guard(action: { uid: string; resourceVersion: string }): JsonObject {
  return { uid: action.uid, resourceVersion: action.resourceVersion };
}

function releasedLabels(marks: Marks, context: ActContext): JsonObject {
  const labels: JsonObject = {};
  for (const name of Object.keys(marks.labels(context.owner))) labels[name] = null;
  if (marks.orphaned) labels[marks.orphaned.label] = 'true';
  return labels;
}

function releasedAnnotations(marks: Marks, reason: string, now: string): JsonObject {
  const annotations: JsonObject = { [marks.appliedHash]: null };
  if (marks.orphaned) {
    annotations[marks.orphaned.at] = now;
    annotations[marks.orphaned.reason] = reason;
  }
  return annotations;
}
