import type { JsonObject, KubeObject } from '@caretaker/kube';
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

/** The object at another version, as a new object; the same object when the version is its own. */
export function convertObject(from: TypeInfo, to: TypeInfo, object: KubeObject): KubeObject {
  const source = apiVersionOf(from);
  const target = apiVersionOf(to);
  if (source === target) return object;
  const convert = CONVERSIONS[`${source} ${from.kind} -> ${target}`];
  const body = convert === undefined ? object : convert(object as unknown as JsonObject);
  const converted = { ...body, apiVersion: target, kind: to.kind } as KubeObject;
  if (to.custom === undefined) return converted;
  // custom resources are stored once and seen through the schema of the version asked for
  const copy = structuredClone(converted);
  to.custom.prune(copy as unknown as JsonObject);
  to.custom.applyDefaults(copy as unknown as JsonObject);
  return copy;
}
