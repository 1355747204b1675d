/** kubectl's hand-over from client-side to server-side apply: the annotation says what the client applied, and is kept up to date afterwards. */
import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import { apiVersionOf } from '../schema/type-names.ts';
import type { FieldSet } from './field-set.ts';
import { compareValues } from './typed-compare.ts';
import { toFieldSet } from './typed-fields.ts';
import { validateTyped } from './typed-validate.ts';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

function parseObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    // an annotation that is no JSON allows nothing
    return undefined;
  }
}

/** Fields that the client-side apply set and that still have its values; undefined without a usable annotation. */
export function fieldsFromLastApplied(type: TypeInfo, live: KubeObject): FieldSet | undefined {
  const text = live.metadata.annotations?.[LAST_APPLIED];
  const applied = text === undefined || text === '' ? undefined : parseObject(text);
  if (applied === undefined || applied['apiVersion'] !== apiVersionOf(type) || validateTyped(type.schema, applied).length > 0)
    return undefined;
  const change = compareValues(type.schema, applied, live as unknown as JsonValue);
  return toFieldSet(type.schema, applied).difference(change.modified).difference(change.added).difference(change.removed);
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const out: JsonObject = {};
  for (const key of Object.keys(value).sort()) out[key] = sorted(value[key] as JsonValue);
  return out;
}

/** The annotation's text for an applied configuration: JSON with sorted keys and a line end, without the annotation itself. */
export function buildLastApplied(applied: JsonObject): string {
  const copy = sorted(applied) as JsonObject;
  const metadata = copy['metadata'];
  if (typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)) {
    const annotations = metadata['annotations'];
    if (typeof annotations === 'object' && annotations !== null && !Array.isArray(annotations)) delete annotations[LAST_APPLIED];
  }
  return `${JSON.stringify(copy)}\n`;
}
