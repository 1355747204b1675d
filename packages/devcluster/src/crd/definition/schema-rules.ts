/** What a schema of a definition may say. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import type { FieldError } from '../../schema/contract.ts';
import { forbidden, invalid, notSupported, required } from '../../validation/parts/field-errors.ts';
import { type Errors, flag, given, obj, objs, str, strs } from '../../validation/parts/read.ts';
import { schemaMap } from '../structural.ts';
import { childrenOf, RuleCosts } from './rule-costs.ts';
import { type RuleContext, ruleErrors } from './rule-rules.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const UNSUPPORTED = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'];
const META = new Set(['metadata', 'kind', 'apiVersion']);

interface Context extends RuleContext {
  readonly isRoot: boolean;
  readonly insideMeta: boolean;
  /** Why defaults may not stand here. */
  readonly noDefaults: string | undefined;
}

/** Complaints about the schema itself, then those about its rules. */
export function schemaErrors(schema: JsonObject, at: string, checksRules: boolean): FieldError[] {
  const context: Context = {
    isRoot: true,
    insideMeta: false,
    noDefaults: undefined,
    uncorrelated: undefined,
    checksRules,
    cardinality: 1,
    costs: new RuleCosts(),
  };
  const found = check(schema, at, context);
  return [...found.schema, ...found.rules, ...context.costs.errors(at)];
}

interface Found {
  readonly schema: FieldError[];
  readonly rules: FieldError[];
}

function check(schema: JsonObject, at: string, context: Context): Found {
  const errors: Errors = [];
  const found: Found = { schema: errors, rules: [] };
  ownErrors(schema, at, context, errors);
  if (flag(schema, 'uniqueItems')) {
    const words = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbidden(`${at}.uniqueItems`, words));
  }
  below(schema, at, context, found);
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    errors.push(invalid(`${at}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'));
  mapTypeErrors(schema, at, errors);
  listTypeErrors(schema, at, errors);
  listKeysErrors(schema, at, errors);
  found.rules.push(...ruleErrors(schema, at, context, errors));
  return found;
}

/** Whether the schema can be looked at as a structural one at all; what cannot stand in it is refused by itself. */
export function isReadable(schema: JsonObject): boolean {
  if (unsupportedIn(schema).length > 0 || Array.isArray(schema['items'])) return false;
  const below = [...schemaMap(schema['properties']).values(), ...['allOf', 'anyOf', 'oneOf'].flatMap((name) => objs(schema, name))];
  for (const name of ['items', 'additionalProperties', 'not']) {
    const nested = obj(schema, name);
    if (nested !== undefined) below.push(nested);
  }
  return below.every(isReadable);
}

function unsupportedIn(schema: JsonObject): string[] {
  return UNSUPPORTED.filter((name) => {
    const value = schema[name];
    return value !== undefined && value !== null && value !== '' && !(name === 'definitions' && Object.keys(value).length === 0);
  });
}

function ownErrors(schema: JsonObject, at: string, context: Context, errors: Errors): void {
  const type = str(schema, 'type');
  if (type !== '' && !TYPES.includes(type)) errors.push(notSupported(`${at}.type`, type, TYPES));
  if (given(schema, 'default') && context.noDefaults !== undefined)
    errors.push(forbidden(`${at}.default`, `must not be set ${context.noDefaults}`));
  for (const name of unsupportedIn(schema)) errors.push(forbidden(`${at}.${name}`, `${name} is not supported`));
  if (type === 'null') errors.push(forbidden(`${at}.type`, 'type cannot be set to null, use nullable as an alternative'));
  if (Array.isArray(schema['items'])) errors.push(forbidden(`${at}.items`, 'items must be a schema object and not an array'));
  if (context.insideMeta && flag(schema, 'x-kubernetes-embedded-resource'))
    errors.push(forbidden(`${at}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta'));
}

function below(schema: JsonObject, at: string, context: Context, found: Found): void {
  const parts = childrenOf(schema);
  const cardinality = context.cardinality === undefined || parts === undefined ? undefined : context.cardinality * parts;
  const visit = (nested: JsonObject | undefined, place: string, changes: Partial<Context>): void => {
    if (nested === undefined) return;
    const inner = check(nested, place, { ...context, isRoot: false, cardinality, ...changes });
    found.schema.push(...inner.schema);
    found.rules.push(...inner.rules);
  };
  const properties = schemaMap(schema['properties']);
  const additional = schema['additionalProperties'];
  if (additional !== undefined && additional !== null) {
    if (properties.size > 0 && additional !== true)
      found.schema.push(forbidden(`${at}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
    const inMeta = { noDefaults: 'inside additionalProperties applying to object metadata' };
    visit(obj(schema, 'additionalProperties'), `${at}.additionalProperties`, context.insideMeta ? inMeta : {});
  }
  for (const [name, property] of properties) {
    const isMeta = (context.isRoot || flag(schema, 'x-kubernetes-embedded-resource')) && META.has(name);
    const changes = isMeta ? { insideMeta: true, ...(context.isRoot ? { noDefaults: `in top-level ${name}` } : {}) } : {};
    visit(property, `${at}.properties[${name}]`, changes);
  }
  const quiet = { checksRules: false };
  visit(obj(schema, 'not'), `${at}.not`, quiet);
  for (const junctor of ['allOf', 'oneOf', 'anyOf'])
    for (const [i, nested] of objs(schema, junctor).entries()) visit(nested, `${at}.${junctor}[${i}]`, quiet);
  const uncorrelated = str(schema, 'x-kubernetes-list-type') === 'map' ? context.uncorrelated : (context.uncorrelated ?? at);
  visit(obj(schema, 'items'), `${at}.items`, { uncorrelated });
}

/** A type that an extension needs. */
function needsType(schema: JsonObject, type: string, extension: string, at: string, errors: Errors): boolean {
  const actual = str(schema, 'type');
  if (actual === type) return true;
  const words = `must be ${type} if ${extension} is specified`;
  errors.push(actual === '' ? required(`${at}.type`, words) : invalid(`${at}.type`, actual, words));
  return false;
}

function mapTypeErrors(schema: JsonObject, at: string, errors: Errors): void {
  const name = 'x-kubernetes-map-type';
  if (!given(schema, name)) return;
  needsType(schema, 'object', name, at, errors);
  const allowed = ['atomic', 'granular'];
  if (!allowed.includes(str(schema, name))) errors.push(notSupported(`${at}.${name}`, str(schema, name), allowed));
}

function listTypeErrors(schema: JsonObject, at: string, errors: Errors): void {
  const name = 'x-kubernetes-list-type';
  if (!given(schema, name)) return;
  const listType = str(schema, name);
  const item = obj(schema, 'items');
  if (needsType(schema, 'array', name, at, errors) && listType === 'set' && item !== undefined) {
    const words = 'must be atomic as item of a list with x-kubernetes-list-type=set';
    const own = given(item, name) ? str(item, name) : null;
    if (str(item, 'type') === 'array' && own !== null && own !== 'atomic') errors.push(invalid(`${at}.items.${name}`, own, words));
    if (str(item, 'type') === 'object' && str(item, 'x-kubernetes-map-type') !== 'atomic')
      errors.push(invalid(`${at}.items.x-kubernetes-map-type`, own, words));
  }
  const allowed = ['atomic', 'set', 'map'];
  if (!allowed.includes(listType)) errors.push(notSupported(`${at}.${name}`, listType, allowed));
}

function listKeysErrors(schema: JsonObject, at: string, errors: Errors): void {
  const keys = strs(schema, 'x-kubernetes-list-map-keys');
  const listType = str(schema, 'x-kubernetes-list-type');
  if (keys.length > 0 && listType !== 'map') {
    const words = 'must be map if x-kubernetes-list-map-keys is non-empty';
    const place = `${at}.x-kubernetes-list-type`;
    errors.push(given(schema, 'x-kubernetes-list-type') ? invalid(place, listType, words) : required(place, words));
  }
  const item = obj(schema, 'items');
  if (listType === 'map') {
    if (keys.length === 0) errors.push(required(`${at}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'));
    if (item === undefined) errors.push(required(`${at}.items`, 'must have a schema if x-kubernetes-list-type is map'));
    else if (str(item, 'type') !== 'object')
      errors.push(invalid(`${at}.items.type`, str(item, 'type'), "must be object if parent array's x-kubernetes-list-type is map"));
    else keyErrors(keys, schemaMap(item['properties']), at, errors);
  }
  if (item === undefined || (listType !== 'map' && listType !== 'set')) return;
  if (flag(item, 'nullable'))
    errors.push(forbidden(`${at}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`));
  if (listType === 'map') keyPresence(keys, item, at, errors);
}

function keyErrors(keys: readonly string[], properties: ReadonlyMap<string, JsonObject>, at: string, errors: Errors): void {
  const place = `${at}.x-kubernetes-list-map-keys`;
  const shown: JsonValue = [...keys];
  for (const [i, key] of keys.entries()) {
    const property = properties.get(key);
    if (property === undefined) errors.push(invalid(place, shown, 'entries must all be names of item properties'));
    else if (['array', 'object'].includes(str(property, 'type'))) {
      const words = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      errors.push(invalid(`${at}.items.properties[${key}].type`, 'object', words));
    }
    if (keys.indexOf(key) < i) errors.push(invalid(place, shown, 'must not contain duplicate entries'));
  }
}

function keyPresence(keys: readonly string[], item: JsonObject, at: string, errors: Errors): void {
  const needed = strs(item, 'required');
  const properties = schemaMap(item['properties']);
  for (const key of keys) {
    const property = properties.get(key);
    if (property === undefined) continue;
    const place = `${at}.items.properties[${key}]`;
    const words = 'this property is in x-kubernetes-list-map-keys, so it';
    if (!needed.includes(key) && !given(property, 'default'))
      errors.push(required(`${place}.default`, `${words} must have a default or be a required property`));
    if (flag(property, 'nullable')) errors.push(forbidden(`${place}.nullable`, `${words} cannot be nullable`));
  }
}
