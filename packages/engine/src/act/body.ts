import type { KubeObject } from '@caretaker/kube';
import { differingLeaves } from '../compare/leaves.ts';
import { ignoredOf } from '../decide/replicas.ts';
import { EngineError } from '../errors/engine-error.ts';
import type { FieldSet } from '../fields/field-set.ts';
import { liveWins } from '../ignore/live-wins.ts';
import { copyObject } from '../json/value.ts';
import { addClaimLabels, addPodLabels } from '../marks/pod-labels.ts';
import { refText } from '../prepare/object-key.ts';
import type { Resource } from '../prepare/resource.ts';
import type { WriteAction } from '../types/action.ts';
import { type ActContext, requestOptions } from './context.ts';

export interface Body {
  object: KubeObject;
  /** The live object, when it had to be read. */
  live: KubeObject | undefined;
}

/** The object to send: with the applied-hash, with pod labels where they belong, and with live values at ignored fields. */
export async function bodyOf(
  action: WriteAction,
  resource: Resource,
  lastApplied: FieldSet | undefined,
  context: ActContext,
): Promise<Body> {
  const object = copyObject(resource.object);
  object.metadata.annotations = { ...object.metadata.annotations, [context.marks.appliedHash]: resource.hash };
  const podLabels = context.marks.podLabels?.(context.owner);
  const ignored = ignoredOf(resource, action.yieldReplicas);
  const mustRead =
    action.existing !== undefined && (ignored.length > 0 || action.podLabels === 'ifTemplateChanges' || action.strategy !== 'apply');
  const live = mustRead ? await readLive(action, context) : undefined;
  if (podLabels) {
    if (action.claimLabels) addClaimLabels(object, podLabels);
    if (action.podLabels === 'add' || (action.podLabels === 'ifTemplateChanges' && templateChanges(object, live)))
      addPodLabels(object, podLabels);
  }
  if (action.existing) object.metadata.uid = action.existing.uid;
  if (!live || ignored.length === 0) return { object, live };
  const merged = liveWins(object, live, ignored, {
    own: ownFields(live, context),
    others: context.digest(live).others.map((other) => other.fields.fields()),
    lastApplied: lastApplied?.fields(),
  });
  if (live.metadata.resourceVersion !== undefined) merged.metadata.resourceVersion = live.metadata.resourceVersion;
  return { object: merged, live };
}

/** Reads the live object and sees to it that it still is the one that was decided on. */
export async function readLive(
  target: { ref: WriteAction['ref']; existing?: { uid: string } | undefined },
  context: ActContext,
): Promise<KubeObject> {
  const live = await context.client.get(target.ref, requestOptions(context));
  if (target.existing && live.metadata.uid !== target.existing.uid) {
    throw new EngineError('StaleRead', `${refText(target.ref)} was deleted and made anew meanwhile`);
  }
  return live;
}

function ownFields(live: KubeObject, context: ActContext): Record<string, unknown> {
  const digest = context.digest(live);
  return digest.own?.fields() ?? {};
}

/** Whether the pod template is about to change anyway, so that a label in it costs no restart of its own. */
function templateChanges(object: KubeObject, live: KubeObject | undefined): boolean {
  return differingLeaves(object['spec'], live?.['spec']).some(
    ({ field }) => field.startsWith('.template.spec') || field.startsWith('.jobTemplate.spec'),
  );
}
