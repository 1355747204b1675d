/** What the registry of a kind does to an object before it is validated and stored. */
import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { equalValues } from '../apply/typed-view.ts';
import { holdsGivenEmpty } from '../decode/given-empty.ts';
import { zeroStruct } from '../decode/zero.ts';
import { applyBuiltinDefaults } from '../defaulting/builtin-defaults.ts';
import { child, member } from '../defaulting/fill.ts';
import type { TypeInfo, WriteContext } from '../schema/contract.ts';
import { dropDisabledPodFields } from './disabled-pod-fields.ts';
import { CREATE_STEPS, SUBRESOURCE_STEPS, UPDATE_STEPS } from './kind-steps.ts';

const members = (object: KubeObject): JsonObject => object as unknown as JsonObject;

const resetsStatus = (type: TypeInfo): boolean => type.strategy.resetFields['']?.some((path) => path[0] === 'status') ?? false;

function setMember(object: JsonObject, name: string, value: JsonValue | undefined): void {
  if (value === undefined) delete object[name];
  else object[name] = value;
}

/** Their first change gives them generation 1. */
const COUNTED_FROM_CHANGE = new Set(['CSIDriver']);

/** In place. */
export function prepareForCreate(type: TypeInfo, next: KubeObject, context: WriteContext): void {
  const object = members(next);
  // a node registers itself, status and all
  const resets = resetsStatus(type) && type.kind !== 'Node';
  if (resets) {
    if (type.goType === undefined) delete object['status'];
    else setMember(object, 'status', zeroStruct(type.goType)['status']);
  }
  if (type.strategy.countsGeneration && !COUNTED_FROM_CHANGE.has(type.kind)) next.metadata.generation = 1;
  dropDisabled(type, object, undefined);
  if (resets && type.goType !== undefined) applyBuiltinDefaults(type, object);
  CREATE_STEPS[`${type.group}/${type.kind}`]?.(object, context);
}

/** Fields of features that are off: dropped, unless the stored object has them already. */
const DISABLED: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'coordination.k8s.io/Lease': [
    ['spec', 'strategy'],
    ['spec', 'preferredHolder'],
  ],
  'apps/StatefulSet': [['spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable']],
  'storage.k8s.io/CSIDriver': [['spec', 'preventPodSchedulingIfMissing']],
  '/Node': [
    ['spec', 'configSource'],
    ['status', 'config'],
  ],
};

function dropDisabled(type: TypeInfo, next: JsonObject, live: JsonObject | undefined): void {
  dropDisabledPodFields(`${type.group}/${type.kind}`, next, live);
  for (const path of DISABLED[`${type.group}/${type.kind}`] ?? []) {
    const holder = path.slice(0, -1).reduce<JsonObject | undefined>((at, name) => member(at, name), next);
    const before = path.slice(0, -1).reduce<JsonObject | undefined>((at, name) => member(at, name), live);
    const last = path.at(-1) ?? '';
    if (holder !== undefined && (before?.[last] ?? undefined) === undefined) delete holder[last];
  }
}

/** Members that generation follows, where it is not `spec`. */
const GENERATION_OF: Readonly<Record<string, (object: JsonObject) => JsonValue>> = {
  'apps/Deployment': (object) => [object['spec'] ?? null, annotationsOf(object)],
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': (object) => object['webhooks'] ?? null,
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': (object) => object['webhooks'] ?? null,
  'discovery.k8s.io/EndpointSlice': (object) => {
    const { metadata: _, ...rest } = object;
    return [rest, labelsOf(object)];
  },
  '/PodTemplate': (object) => object['template'] ?? null,
  'scheduling.k8s.io/PriorityClass': () => null,
};

const metadataOf = (object: JsonObject): JsonObject => object['metadata'] as JsonObject;
const annotationsOf = (object: JsonObject): JsonValue => metadataOf(object)['annotations'] ?? {};
const labelsOf = (object: JsonObject): JsonValue => metadataOf(object)['labels'] ?? {};

/** Kinds that compare letter by letter: to them an empty list is not the same as none, which is what the storage keeps of it. */
const EMPTY_IS_NOT_NONE = new Set([
  'networking.k8s.io/NetworkPolicy',
  'admissionregistration.k8s.io/MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
]);

function countGeneration(type: TypeInfo, next: JsonObject, live: JsonObject): void {
  if (!type.strategy.countsGeneration) return;
  const generation = metadataOf(live)['generation'];
  const kind = `${type.group}/${type.kind}`;
  const counted = GENERATION_OF[kind];
  const changed =
    (EMPTY_IS_NOT_NONE.has(kind) && holdsGivenEmpty(counted?.(next) ?? next['spec'])) ||
    (counted !== undefined
      ? !equalValues(counted(next), counted(live))
      : type.custom !== undefined
        ? customChanged(type.custom.hasStatus, next, live)
        : !equalValues(next['spec'], live['spec']));
  if (changed) metadataOf(next)['generation'] = (typeof generation === 'number' ? generation : 0) + 1;
}

/** Everything outside metadata counts, and status too where it is no subresource. */
function customChanged(hasStatus: boolean, next: JsonObject, live: JsonObject): boolean {
  const { metadata: _next, status: nextStatus, ...nextRest } = next;
  const { metadata: _live, status: liveStatus, ...liveRest } = live;
  return !equalValues(nextRest, liveRest) || (!hasStatus && !equalValues(nextStatus, liveStatus));
}

function keepGeneration(next: KubeObject, live: KubeObject): void {
  if (live.metadata.generation === undefined) delete next.metadata.generation;
  else next.metadata.generation = live.metadata.generation;
}

/** The part of an update of a subresource that counts. Spec, and what else the endpoint resets, stay as they are. */
function prepareSubresource(type: TypeInfo, subresource: string, next: KubeObject, live: KubeObject): void {
  const object = members(next);
  const stored = members(live);
  if (type.custom !== undefined) {
    // only status: everything else, metadata included, comes from the stored object
    const status = object['status'];
    const entries = next.metadata.managedFields;
    for (const key of Object.keys(object)) if (key !== 'status') delete object[key];
    Object.assign(object, { ...stored, metadata: { ...live.metadata, ...(entries === undefined ? {} : { managedFields: entries }) } });
    if (entries === undefined) delete next.metadata.managedFields;
    setMember(object, 'status', status);
    return;
  }
  for (const path of type.strategy.resetFields[subresource] ?? []) {
    const [first = '', second] = path;
    if (first === 'metadata' && second === undefined) {
      const entries = next.metadata.managedFields;
      next.metadata = { ...live.metadata };
      if (entries === undefined) delete next.metadata.managedFields;
      else next.metadata.managedFields = entries;
    } else if (second === undefined) setMember(object, first, stored[first]);
    else if (first === 'metadata') setMember(metadataOf(object), second, metadataOf(stored)[second]);
    // the status of a signing request keeps the conditions that it is given: validation says which may change
    else if (subresource === 'approval') setMember(child(object, first), second, member(stored, first)?.[second]);
  }
}

/** In place. */
export function prepareForUpdate(type: TypeInfo, next: KubeObject, live: KubeObject, context: WriteContext): void {
  keepGeneration(next, live);
  if (context.subresource === 'status' || context.subresource === 'approval') {
    prepareSubresource(type, context.subresource, next, live);
    dropDisabled(type, members(next), members(live));
    SUBRESOURCE_STEPS[`${type.group}/${type.kind}/${context.subresource}`]?.(members(next), members(live), context);
    keepGeneration(next, live);
    return;
  }
  if (context.subresource === 'finalize') setMember(members(next), 'status', members(live)['status']);
  else if (resetsStatus(type)) setMember(members(next), 'status', members(live)['status']);
  dropDisabled(type, members(next), members(live));
  const own = SUBRESOURCE_STEPS[`${type.group}/${type.kind}/${context.subresource}`];
  (own ?? UPDATE_STEPS[`${type.group}/${type.kind}`])?.(members(next), members(live), context);
  countGeneration(type, members(next), members(live));
}
