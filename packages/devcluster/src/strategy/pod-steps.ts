/** What the registry of pods does to them, also through their subresources. In place. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { child, isObject, items, member } from '../defaulting/fill.ts';
import type { WriteContext } from '../schema/contract.ts';
import { copyAppArmor } from './app-armor.ts';
import { podQualityOfService } from './pod-quality.ts';

export function podCreated(object: JsonObject, context: WriteContext): void {
  const spec = child(object, 'spec');
  const status: JsonObject = { phase: 'Pending', qosClass: podQualityOfService(spec) };
  if (items(spec, 'schedulingGates').length > 0) {
    status['conditions'] = [
      {
        type: 'PodScheduled',
        status: 'False',
        lastProbeTime: null,
        lastTransitionTime: context.now,
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ];
  }
  object['status'] = status;
  copyAppArmor(object, (text) => context.warn?.(text));
  const labels = member(member(object, 'metadata'), 'labels') ?? {};
  for (const term of labelKeyTerms(spec)) mergeLabelKeys(term, labels);
}

/** Parts of a pod's spec that select other pods by what this pod's labels are. */
function labelKeyTerms(spec: JsonObject): JsonObject[] {
  const affinity = member(spec, 'affinity');
  const terms = ['podAffinity', 'podAntiAffinity'].flatMap((name) => {
    const one = member(affinity, name) ?? {};
    const preferred = items(one, 'preferredDuringSchedulingIgnoredDuringExecution').map((entry) => member(entry, 'podAffinityTerm') ?? {});
    return [...preferred, ...items(one, 'requiredDuringSchedulingIgnoredDuringExecution')];
  });
  return [...terms, ...items(spec, 'topologySpreadConstraints')];
}

/** Keys become requirements of the selector with the pod's own values; keys that the pod does not have are passed over. */
function mergeLabelKeys(term: JsonObject, labels: JsonObject): void {
  const selector = member(term, 'labelSelector');
  if (selector === undefined) return;
  const added: JsonObject[] = [];
  for (const [name, operator] of [
    ['matchLabelKeys', 'In'],
    ['mismatchLabelKeys', 'NotIn'],
  ] as const) {
    const keys = term[name];
    for (const key of Array.isArray(keys) ? keys : []) {
      const value = labels[String(key)];
      if (value !== undefined) added.push({ key, operator, values: [value] });
    }
  }
  if (added.length > 0) selector['matchExpressions'] = [...items(selector, 'matchExpressions'), ...added];
}

function restore(next: JsonObject, live: JsonObject, name: string): void {
  const value = live[name];
  if (value === undefined) delete next[name];
  else next[name] = value;
}

/** Of metadata only what is no field of the user's comes through such a subresource. */
function keepMetadata(next: JsonObject, live: JsonObject): void {
  const metadata = child(next, 'metadata');
  const before = member(live, 'metadata') ?? {};
  for (const name of ['deletionTimestamp', 'generation', 'labels', 'annotations', 'finalizers', 'ownerReferences'])
    restore(metadata, before, name);
}

function onlyEphemeralContainers(next: JsonObject, live: JsonObject): void {
  const wanted = member(next, 'spec')?.['ephemeralContainers'];
  const spec: JsonObject = { ...member(live, 'spec') };
  if (wanted === undefined || wanted === null) delete spec['ephemeralContainers'];
  else spec['ephemeralContainers'] = wanted;
  next['spec'] = spec;
  restore(next, live, 'status');
  keepMetadata(next, live);
}

/** The containers of before with the resources of now; undefined when they were added, removed, renamed or moved. */
function resized(next: readonly JsonObject[], live: readonly JsonObject[]): JsonValue[] | undefined {
  if (next.length !== live.length || next.some((one, i) => one['name'] !== live[i]?.['name'])) return undefined;
  return live.map((one, i) => {
    const container: JsonObject = { ...one };
    for (const name of ['resources', 'resizePolicy']) restore(container, next[i] ?? {}, name);
    return container;
  });
}

function onlyResources(next: JsonObject, live: JsonObject): void {
  const wanted = member(next, 'spec') ?? {};
  const before = member(live, 'spec') ?? {};
  const lists = ['containers', 'initContainers'];
  if (lists.some((name) => items(wanted, name).length !== items(before, name).length)) return;
  const spec: JsonObject = { ...before };
  for (const name of lists) {
    const merged = resized(items(wanted, name), items(before, name)) ?? items(wanted, name);
    if (merged.length > 0) spec[name] = merged;
  }
  restore(spec, wanted, 'resources');
  next['spec'] = spec;
  restore(next, live, 'status');
  keepMetadata(next, live);
}

function keepQuality(next: JsonObject, live: JsonObject): void {
  const before = member(live, 'status')?.['qosClass'];
  const status = next['status'];
  if (isObject(status) && (status['qosClass'] ?? '') === '' && before !== undefined) status['qosClass'] = before;
}

export const POD_SUBRESOURCE_STEPS: Readonly<Record<string, (next: JsonObject, live: JsonObject) => void>> = {
  ephemeralcontainers: onlyEphemeralContainers,
  resize: onlyResources,
  status: keepQuality,
};
