import type { JsonObject, KubeObject } from '@caretaker/kube';
import { decodeStruct } from '../decode/go-decoder.ts';
import { cloneObject } from './clone-json.ts';
import type { TypeInfo } from './contract.ts';
import { autoscalerToV1, autoscalerToV2 } from './convert-autoscaler.ts';
import { eventToCore, eventToEvents } from './convert-event.ts';
import { apiVersionOf } from './type-names.ts';

type Convert = (object: JsonObject) => JsonObject;

/** Built-in kinds whose versions differ in shape, by `from -> to`. All others differ in name only. */
const CONVERSIONS: Readonly<Record<string, Convert>> = {
  'autoscaling/v1 HorizontalPodAutoscaler -> autoscaling/v2': autoscalerToV2,
  'autoscaling/v2 HorizontalPodAutoscaler -> autoscaling/v1': autoscalerToV1,
  'v1 Event -> events.k8s.io/v1': eventToEvents,
  'events.k8s.io/v1 Event -> v1': eventToCore,
};

const storedForms = new WeakMap<object, KubeObject>();

/** What an object of another shape was converted from, where the conversion loses what a Table shows. */
export function storedForm(object: KubeObject): KubeObject {
  return storedForms.get(object) ?? object;
}

/** Remembers what a stored object was read as. One that is about to be stored has no such form: it is the stored one itself. */
export function noteStoredForm(object: KubeObject, stored: KubeObject): void {
  if (object !== stored) storedForms.set(object, stored);
}

/** The object at another version, as a new object; the same object when the version is its own. */
export function convertObject(from: TypeInfo, to: TypeInfo, object: KubeObject): KubeObject {
  const source = apiVersionOf(from);
  const target = apiVersionOf(to);
  if (source === target) return from.custom === undefined ? object : seenThrough(from, to, object);
  const convert = CONVERSIONS[`${source} ${from.kind} -> ${target}`];
  if (convert !== undefined) {
    const converted: JsonObject = { ...convert(object as unknown as JsonObject), apiVersion: target, kind: to.kind };
    const value = to.goType === undefined ? converted : { ...decodeStruct(to.goType, converted).value, apiVersion: target, kind: to.kind };
    return value as unknown as KubeObject;
  }
  if (to.custom === undefined) return { ...object, apiVersion: target, kind: to.kind };
  return seenThrough(from, to, object);
}

/** A custom resource as the present schemas have it: defaults of its own version, and of the version asked for only what that knows. */
function seenThrough(from: TypeInfo, to: TypeInfo, object: KubeObject): KubeObject {
  const copy = cloneObject({ ...object, apiVersion: apiVersionOf(to) });
  const members = copy as unknown as JsonObject;
  if (from === to) to.custom?.prune(members);
  from.custom?.applyDefaults(members);
  if (from !== to) to.custom?.prune(members);
  return copy;
}
