import type { JsonObject, JsonValue } from '@caretaker/kube';

/** core/v1 name -> events.k8s.io/v1 name, where they differ. */
const RENAMED: readonly (readonly [string, string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];

function rename(object: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  const out: JsonObject = {};
  for (const key of Object.keys(object)) out[names.get(key) ?? key] = object[key] as JsonValue;
  return out;
}

const TO_EVENTS = new Map(RENAMED);
const TO_CORE = new Map(RENAMED.map(([core, events]) => [events, core]));

export const eventToEvents = (object: JsonObject): JsonObject => rename(object, TO_EVENTS);
export const eventToCore = (object: JsonObject): JsonObject => rename(object, TO_CORE);
