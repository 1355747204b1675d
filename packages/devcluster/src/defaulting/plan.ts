/**
 * Defaulting of built-in kinds as data: per struct a function that fills it in, and the declared defaults of its fields; a plan per kind walks only
 * to structs that have any. Functions work on the server's JSON form, in place.
 */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { typeRow } from '../schema/type-table.ts';

/** Fills in defaults of one struct, in place. */
export type Defaulter = (object: JsonObject) => void;

/** By the struct's name in the type table, without the `k8s.io/api/` in front: `apps/v1.Deployment`. */
export type DefaulterTable = Readonly<Record<string, Defaulter>>;

interface Step {
  readonly name: string;
  readonly shape: 'struct' | 'list' | 'map';
  readonly plan: Plan;
}

interface Plan {
  run: Defaulter | undefined;
  declared: readonly (readonly [string, JsonValue])[];
  steps: readonly Step[];
}

const PREFIX = 'k8s.io/api/';

export class DefaultingPlans {
  readonly #table: DefaulterTable;
  readonly #plans = new Map<string, Plan>();
  readonly #useful = new Map<string, boolean>();

  constructor(table: DefaulterTable) {
    this.#table = table;
  }

  /** Applies all defaults of the struct `typeName` to `object`, outermost first. */
  apply(typeName: string, object: JsonObject): void {
    if (this.#isUseful(typeName, new Set())) run(this.#planOf(typeName), object);
  }

  #defaulterOf(typeName: string): Defaulter | undefined {
    return typeName.startsWith(PREFIX) ? this.#table[typeName.slice(PREFIX.length)] : undefined;
  }

  #isUseful(typeName: string, above: Set<string>): boolean {
    const known = this.#useful.get(typeName);
    if (known !== undefined) return known;
    if (above.has(typeName)) return false;
    above.add(typeName);
    const row = typeRow(typeName);
    const useful =
      this.#defaulterOf(typeName) !== undefined ||
      row.fields.some(
        (field) => field.d !== undefined || (structIn(field.t) !== undefined && this.#isUseful(structIn(field.t) ?? '', above)),
      );
    above.delete(typeName);
    if (useful || above.size === 0) this.#useful.set(typeName, useful);
    return useful;
  }

  #planOf(typeName: string): Plan {
    const known = this.#plans.get(typeName);
    if (known !== undefined) return known;
    const plan: Plan = { run: this.#defaulterOf(typeName), declared: [], steps: [] };
    this.#plans.set(typeName, plan);
    const steps: Step[] = [];
    const declared: [string, JsonValue][] = [];
    for (const field of typeRow(typeName).fields) {
      if (field.d !== undefined) declared.push([field.n, field.d]);
      const inner = structIn(field.t);
      if (inner === undefined || !this.#isUseful(inner, new Set())) continue;
      steps.push({
        name: field.n,
        shape: field.t.startsWith('[]') ? 'list' : field.t.startsWith('{}') ? 'map' : 'struct',
        plan: this.#planOf(inner),
      });
    }
    plan.steps = steps;
    plan.declared = declared;
    return plan;
  }
}

function structIn(type: string): string | undefined {
  const at = type.indexOf('#');
  return at < 0 ? undefined : type.slice(at + 1);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function run(plan: Plan, object: JsonObject): void {
  plan.run?.(object);
  for (const [name, value] of plan.declared) {
    const present = object[name];
    if (present === undefined || present === null || present === '') object[name] = value;
  }
  for (const { name, shape, plan: inner } of plan.steps) {
    const value = object[name];
    if (value === undefined || value === null) continue;
    if (shape === 'struct') {
      if (isObject(value)) run(inner, value);
    } else if (shape === 'list') {
      if (Array.isArray(value)) for (const item of value) if (isObject(item)) run(inner, item);
    } else if (isObject(value)) {
      for (const item of Object.values(value)) if (isObject(item)) run(inner, item);
    }
  }
}
