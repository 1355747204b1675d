/** The openAPIV3Schema of a definition as a tree: what a structural schema says about shape, apart from the bounds of values. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { isMap } from '../apply/typed-view.ts';

/** One entry of x-kubernetes-validations. */
export interface ValidationRule {
  readonly rule: string;
  readonly message: string;
  readonly messageExpression: string;
  readonly reason: string;
  readonly fieldPath: string;
  readonly optionalOldSelf: boolean;
}

export interface Structural {
  /** '' when no type is given. */
  readonly type: string;
  readonly properties: ReadonlyMap<string, Structural>;
  /** Schema of members that `properties` does not name; `additionalProperties: true` is a schema that allows anything. */
  readonly additional: Structural | undefined;
  readonly items: Structural | undefined;
  readonly nullable: boolean;
  /** Undefined when there is none. */
  readonly default: JsonValue | undefined;
  readonly preserveUnknown: boolean;
  readonly embedded: boolean;
  readonly intOrString: boolean;
  readonly listType: string;
  readonly listMapKeys: readonly string[];
  readonly mapType: string;
  readonly rules: readonly ValidationRule[];
  /** The schema as it stands in the definition. */
  readonly raw: JsonObject;
}

const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
const strings = (value: JsonValue | undefined): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);

/** Members of a schema map such as `properties`. */
export function schemaMap(value: JsonValue | undefined): ReadonlyMap<string, JsonObject> {
  if (value === undefined || !isMap(value)) return new Map();
  return new Map(Object.entries(value).filter((entry): entry is [string, JsonObject] => isMap(entry[1])));
}

function readRules(value: JsonValue | undefined): ValidationRule[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isMap).map((rule) => ({
    rule: text(rule['rule']),
    message: text(rule['message']),
    messageExpression: text(rule['messageExpression']),
    reason: text(rule['reason']),
    fieldPath: text(rule['fieldPath']),
    optionalOldSelf: rule['optionalOldSelf'] === true,
  }));
}

/** Reads a schema. Members of wrong types are ignored: validation of the definition has refused them. */
export function readStructural(raw: JsonObject): Structural {
  const additional = raw['additionalProperties'];
  const items = raw['items'];
  return {
    type: text(raw['type']),
    properties: new Map([...schemaMap(raw['properties'])].map(([name, schema]) => [name, readStructural(schema)])),
    additional:
      additional === true
        ? readStructural({ 'x-kubernetes-preserve-unknown-fields': true })
        : isMap(additional)
          ? readStructural(additional)
          : undefined,
    items: isMap(items) ? readStructural(items) : undefined,
    nullable: raw['nullable'] === true,
    default: raw['default'] ?? undefined,
    preserveUnknown: raw['x-kubernetes-preserve-unknown-fields'] === true,
    embedded: raw['x-kubernetes-embedded-resource'] === true,
    intOrString: raw['x-kubernetes-int-or-string'] === true,
    listType: text(raw['x-kubernetes-list-type']),
    listMapKeys: strings(raw['x-kubernetes-list-map-keys']),
    mapType: text(raw['x-kubernetes-map-type']),
    rules: readRules(raw['x-kubernetes-validations']),
    raw,
  };
}
