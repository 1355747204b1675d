/** Validation rules of a schema tree (x-kubernetes-validations). */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { equalValues, isMap } from '../apply/typed-view.ts';
import { Budget } from '../cel/cost/meter.ts';
import type { FieldError } from '../schema/contract.ts';
import { duplicate, forbidden, invalid, required } from '../validation/parts/field-errors.ts';
import { asRulesSee, CompiledRule, OUT_OF_BUDGET, RulesStopped } from './cel/rule.ts';
import { celView } from './cel/values.ts';
import type { Structural } from './structural.ts';

/** Evaluates the rules of a schema tree. */
export type RuleCheck = (next: JsonObject, live: JsonObject | undefined, findings: Findings) => void;

export interface Findings {
  readonly errors: FieldError[];
  /** What was wrong before and did not change. */
  readonly warnings: string[];
}

/** What is found, and what may still be spent on finding it. */
interface Search extends Findings {
  readonly budget: Budget;
}

interface Place {
  readonly path: string;
  /** The corresponding value before: oldSelf, and what may stay wrong while it does not change. */
  readonly old: JsonValue | undefined;
  /** Whether what holds the value, and does correspond, is as it was: that counts where the value itself corresponds to none. */
  readonly inherited: () => boolean;
}

type NodeCheck = (value: JsonValue, place: Place, findings: Search) => void;

/** Undefined when the schema has no rules. */
export function compileRules(schema: Structural): RuleCheck | undefined {
  const check = compileNode(schema, true);
  if (check === undefined) return undefined;
  return (next, live, findings) => {
    try {
      check(next, { path: '', old: live, inherited: () => false }, { ...findings, budget: new Budget() });
    } catch (error) {
      // what stopped the rules is among the findings
      if (!(error instanceof RulesStopped)) throw error;
    }
  };
}

function compileNode(schema: Structural, isRoot: boolean): NodeCheck | undefined {
  const own = compileOwn(schema, isRoot);
  const members = compileMembers(schema);
  const items = compileItems(schema);
  if (own === undefined && members === undefined && items === undefined) return undefined;
  return (value, place, findings) => {
    if (value === null) return;
    own?.(value, place, findings);
    if (Array.isArray(value)) items?.(value, place, findings);
    else if (isMap(value)) members?.(value, place, findings);
  };
}

function compileOwn(schema: Structural, isRoot: boolean): NodeCheck | undefined {
  if (schema.rules.length === 0) return undefined;
  const seen = asRulesSee(schema, isRoot);
  const compiled = schema.rules.map((rule) => new CompiledRule(rule, seen));
  const broken = compiled.flatMap((rule) =>
    rule.broken === undefined ? [] : [invalid('', schema.type, `rule compile error: ${rule.broken}`)],
  );
  const rules = compiled.filter((rule) => rule.broken === undefined);
  const view = celView(seen);
  const omitsValue = schema.type === 'object' || schema.type === 'array';
  return (value, place, findings) => {
    const { errors, warnings, budget } = findings;
    const stopped = (why: string): RulesStopped => {
      errors.push(invalid(place.path === '' ? '<nil>' : place.path, schema.type, why));
      return new RulesStopped(why);
    };
    const costed = <Result>(run: () => Result): Result => {
      try {
        return run();
      } catch (error) {
        throw error instanceof RulesStopped ? stopped(error.message) : error;
      }
    };
    if (budget.isSpent) throw stopped(OUT_OF_BUDGET);
    for (const error of broken) errors.push({ ...error, field: place.path === '' ? '<nil>' : place.path });
    const self = view(value);
    const old = place.old === undefined || place.old === null ? undefined : { value: view(place.old) };
    const unchanged = unchangedAt(place, value);
    for (const rule of rules) {
      if (rule.usesOldSelf && old === undefined && !rule.source.optionalOldSelf) continue;
      const verdict = costed(() => rule.check(self, old, budget));
      if (verdict.holds) continue;
      const error =
        verdict.fault !== undefined
          ? faultError(rule, verdict.fault, schema.type, place.path)
          : ruleError(
              rule,
              place.path,
              omitsValue ? undefined : value,
              costed(() => rule.complaint(self, old, budget)),
            );
      if (rule.usesOldSelf || !unchanged()) errors.push(error);
      else warnings.push(`${error.field}: ${error.message}`);
    }
  };
}

/** Compared once, and only when it matters. */
function unchangedAt({ old, inherited }: Place, value: JsonValue): () => boolean {
  if (old === undefined) return inherited;
  let equal: boolean | undefined;
  return () => {
    equal ??= equalValues(old, value);
    return equal;
  };
}

function faultError(rule: CompiledRule, fault: string, type: string, path: string): FieldError {
  const detail = fault.startsWith('no such overload')
    ? `'${fault}': call arguments did not match a supported operator, function or macro signature for rule: ${rule.title}`
    : `${fault} evaluating rule: ${rule.title}`;
  return invalid(path === '' ? '<nil>' : path, type, detail);
}

function fieldOf(rule: CompiledRule, path: string): string {
  const below = rule.source.fieldPath.replace(/\['((?:\\.|[^'\\])*)'\]/g, (_, name: string) => `.${name.replace(/\\(.)/g, '$1')}`);
  const field = path === '' ? below.replace(/^\./, '') : `${path}${below}`;
  return field === '' ? '<nil>' : field;
}

/** `value` is undefined where messages leave it out. */
function ruleError(rule: CompiledRule, path: string, value: JsonValue | undefined, detail: string): FieldError {
  const field = fieldOf(rule, path);
  switch (rule.source.reason) {
    case 'FieldValueForbidden':
      return forbidden(field, detail);
    case 'FieldValueRequired':
      return required(field, detail);
    case 'FieldValueDuplicate':
      return value === undefined ? { reason: 'FieldValueDuplicate', field, message: 'Duplicate value' } : duplicate(field, value);
    default:
      return value === undefined
        ? { reason: 'FieldValueInvalid', field, message: `Invalid value: ${detail}` }
        : invalid(field, value, detail);
  }
}

type MembersCheck = (value: JsonObject, place: Place, findings: Search) => void;

function compileMembers(schema: Structural): MembersCheck | undefined {
  const additional = schema.additional === undefined ? undefined : compileNode(schema.additional, false);
  const properties = new Map<string, NodeCheck>();
  for (const [name, property] of schema.properties) {
    const check = compileNode(property, false);
    if (check !== undefined) properties.set(name, check);
  }
  if (additional === undefined && properties.size === 0) return undefined;
  return (value, place, findings) => {
    const old = place.old !== undefined && place.old !== null && isMap(place.old) ? place.old : undefined;
    const inherited = unchangedAt(place, value);
    const check = (run: NodeCheck, key: string, path: string): void =>
      run(value[key] as JsonValue, { path, old: old?.[key], inherited }, findings);
    if (additional !== undefined) for (const key of Object.keys(value)) check(additional, key, `${place.path}[${key}]`);
    for (const [name, run] of properties) {
      if (value[name] !== undefined) check(run, name, place.path === '' ? name : `${place.path}.${name}`);
    }
  };
}

type ItemsCheck = (value: readonly JsonValue[], place: Place, findings: Search) => void;

function compileItems(schema: Structural): ItemsCheck | undefined {
  const check = schema.items === undefined ? undefined : compileNode(schema.items, false);
  if (check === undefined) return undefined;
  const keys = schema.listType === 'map' ? schema.listMapKeys : undefined;
  return (value, place, findings) => {
    const inherited = unchangedAt(place, [...value]);
    for (const [i, item] of value.entries()) {
      const old = correlated(item, place.old, keys);
      check(item, { path: `${place.path}[${i}]`, old, inherited }, findings);
    }
  };
}

/** Items correspond by their keys; those of other lists do not. */
function correlated(item: JsonValue, list: JsonValue | undefined, keys: readonly string[] | undefined): JsonValue | undefined {
  if (keys === undefined || !Array.isArray(list) || item === null || !isMap(item)) return undefined;
  return list.find((other) => other !== null && isMap(other) && keys.every((key) => equalValues(other[key] ?? null, item[key] ?? null)));
}
