/** Whether a schema is structural: every value it speaks of has a type, and logical junctors only narrow what is declared. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { RE2JS } from 're2js';
import { equalValues } from '../../apply/typed-view.ts';
import type { FieldError } from '../../schema/contract.ts';
import { forbidden, invalid, required } from '../../validation/parts/field-errors.ts';
import { type Errors, flag, given, obj, objs, size, str } from '../../validation/parts/read.ts';
import { schemaMap } from '../structural.ts';

type Level = 'root' | 'item' | 'field';

const INT_OR_STRING: JsonValue = [{ type: 'integer' }, { type: 'string' }];
const NO_TYPE: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

const printed = (error: FieldError): string => `${error.field}: ${error.message}`;

export function structuralErrors(schema: JsonObject, at: string): FieldError[] {
  const errors: FieldError[] = [];
  invariants(schema, 'root', at, errors);
  complete(schema, schema, at, at, errors);
  return errors.sort((a, b) => (printed(a) < printed(b) ? -1 : 1));
}

function invariants(schema: JsonObject, level: Level, at: string, errors: Errors): void {
  const type = str(schema, 'type');
  const below = obj(schema, 'items');
  if (type === 'array' && below === undefined && !Array.isArray(schema['items'])) errors.push(required(`${at}.items`, 'must be specified'));
  if (below !== undefined) invariants(below, 'item', `${at}.items`, errors);
  for (const [name, property] of schemaMap(schema['properties'])) invariants(property, 'field', `${at}.properties[${name}]`, errors);
  const additional = schema['additionalProperties'];
  if (given(schema, 'additionalProperties')) {
    if (level === 'root') errors.push(forbidden(`${at}.additionalProperties`, 'must not be used at the root'));
    const nested = obj(schema, 'additionalProperties');
    if (nested !== undefined) invariants(nested, 'field', `${at}.additionalProperties`, errors);
  }
  extensionErrors(schema, at, errors);
  const skipsAnyOf = equalValues(schema['anyOf'] ?? null, INT_OR_STRING);
  const skipsFirst = equalValues(objs(schema, 'allOf')[0]?.['anyOf'] ?? null, INT_OR_STRING);
  valueErrors(schema, skipsAnyOf, skipsFirst, at, errors);
  typeErrors(schema, type, level, additional !== undefined && additional !== null, at, errors);
}

function extensionErrors(schema: JsonObject, at: string, errors: Errors): void {
  if (!flag(schema, 'x-kubernetes-int-or-string')) return;
  for (const name of ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource']) {
    if (flag(schema, name)) errors.push(invalid(`${at}.${name}`, true, 'must be false if x-kubernetes-int-or-string is true'));
  }
}

function typeErrors(schema: JsonObject, type: string, level: Level, hasAdditional: boolean, at: string, errors: Errors): void {
  const embedded = flag(schema, 'x-kubernetes-embedded-resource');
  const open = flag(schema, 'x-kubernetes-preserve-unknown-fields');
  if (embedded && type !== 'object') {
    const words = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(type === '' ? required(`${at}.type`, words) : invalid(`${at}.type`, type, words));
  } else if (type === '' && !flag(schema, 'x-kubernetes-int-or-string') && !open) {
    errors.push(required(`${at}.type`, NO_TYPE[level]));
  }
  if (embedded && hasAdditional)
    errors.push(forbidden(`${at}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set'));
  if (level === 'root' && type !== '' && type !== 'object') errors.push(invalid(`${at}.type`, type, 'must be object at the root'));
  const properties = schemaMap(schema['properties']);
  if (level === 'root' || embedded) {
    for (const name of ['kind', 'apiVersion']) {
      const own = properties.get(name);
      if (own !== undefined && str(own, 'type') !== 'string')
        errors.push(invalid(`${at}.properties[${name}].type`, str(own, 'type'), 'must be string'));
    }
  }
  const metadata = properties.get('metadata');
  if (metadata !== undefined) metadataErrors(metadata, level, embedded, `${at}.properties[metadata]`, errors);
  if (embedded && !open && properties.size === 0) {
    const words = 'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(required(`${at}.properties`, words));
  }
}

function metadataErrors(metadata: JsonObject, level: Level, embedded: boolean, at: string, errors: Errors): void {
  const type = str(metadata, 'type');
  if ((level === 'root' || embedded) && type !== 'object') errors.push(invalid(`${at}.type`, type, 'must be object'));
  if (level !== 'root') return;
  const { type: _, default: _default, properties, ...rest } = metadata;
  const others = [...schemaMap(properties).keys()].filter((name) => name !== 'name' && name !== 'generateName');
  if (others.length > 0 || Object.keys(rest).some((name) => given(rest, name)))
    errors.push(forbidden(at, 'must not specify anything other than name and generateName, but metadata is implicitly specified'));
}

const JUNCTORS = ['anyOf', 'allOf', 'oneOf'] as const;

function valueErrors(schema: JsonObject, skipsAnyOf: boolean, skipsFirst: boolean, at: string, errors: Errors): void {
  for (const junctor of JUNCTORS) {
    if (junctor === 'anyOf' && skipsAnyOf) continue;
    for (const [i, nested] of objs(schema, junctor).entries())
      nestedErrors(nested, junctor === 'allOf' && skipsFirst && i === 0, `${at}.${junctor}[${i}]`, errors);
  }
  const not = obj(schema, 'not');
  if (not !== undefined) nestedErrors(not, false, `${at}.not`, errors);
  const pattern = str(schema, 'pattern');
  if (pattern === '') return;
  try {
    RE2JS.compile(pattern);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    errors.push(invalid(`${at}.pattern`, pattern, `must be a valid regular expression, but isn't: ${why}`));
  }
}

/** What a nested schema may not say, with the words that refuse it. */
const FORBIDDEN_INSIDE: readonly (readonly [string, string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
];

function isSet(schema: JsonObject, name: string): boolean {
  const value = schema[name];
  if (Array.isArray(value)) return size(schema, name) > 0;
  return (
    value !== undefined && value !== null && value !== '' && (value !== false || name === 'additionalProperties' || name === 'default')
  );
}

function nestedErrors(schema: JsonObject, skipsAnyOf: boolean, at: string, errors: Errors): void {
  valueErrors(schema, skipsAnyOf, false, at, errors);
  const below = obj(schema, 'items');
  if (below !== undefined) nestedErrors(below, false, `${at}.items`, errors);
  const properties = schemaMap(schema['properties']);
  for (const [name, property] of properties) nestedErrors(property, false, `${at}.properties[${name}]`, errors);
  for (const [name, words] of FORBIDDEN_INSIDE) if (isSet(schema, name)) errors.push(forbidden(`${at}.${name}`, words));
  if (properties.has('metadata')) errors.push(forbidden(`${at}.properties[metadata]`, 'must not be specified in a nested context'));
}

/** Whether what nested schemas speak of is declared. */
function complete(nested: JsonObject, declared: JsonObject, declaredAt: string, at: string, errors: Errors): void {
  const not = obj(nested, 'not');
  if (not !== undefined) completeNested(not, declared, declaredAt, `${at}.not`, errors);
  for (const junctor of ['allOf', 'anyOf', 'oneOf']) {
    for (const [i, one] of objs(nested, junctor).entries()) completeNested(one, declared, declaredAt, `${at}.${junctor}[${i}]`, errors);
  }
}

function completeNested(nested: JsonObject, declared: JsonObject | undefined, declaredAt: string, at: string, errors: Errors): void {
  if (declared === undefined) {
    errors.push(required(declaredAt, `because it is defined in ${at}`));
    return;
  }
  complete(nested, declared, declaredAt, at, errors);
  const below = obj(nested, 'items');
  if (below !== undefined) completeNested(below, obj(declared, 'items'), `${declaredAt}.items`, `${at}.items`, errors);
  const properties = schemaMap(declared['properties']);
  for (const [name, property] of schemaMap(nested['properties']))
    completeNested(property, properties.get(name), `${declaredAt}.properties[${name}]`, `${at}.properties[${name}]`, errors);
}
