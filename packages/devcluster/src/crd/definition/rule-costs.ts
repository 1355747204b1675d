/** The budget of rules: what a rule may cost at most, and all rules of a definition together. */
import type { JsonObject } from '@caretaker/kube';
import type { CelProgram } from '../../cel/compile.ts';
import { estimateCost } from '../../cel/cost/estimate.ts';
import type { FieldError } from '../../schema/contract.ts';
import { forbidden } from '../../validation/parts/field-errors.ts';
import { num, obj, str } from '../../validation/parts/read.ts';
import { mostOften, schemaSize } from '../cel/schema-sizes.ts';
import type { Structural } from '../structural.ts';

const RULE_LIMIT = 10_000_000;
const TOTAL_LIMIT = 100_000_000;

/** How much more often the parts of a value may be there than the value itself; undefined when nothing limits it. */
export function childrenOf(schema: JsonObject): number | undefined {
  const value = str(schema, 'type');
  if (value === 'array') return num(schema, 'maxItems');
  const isMap = value === 'object' && schema['additionalProperties'] !== undefined && obj(schema, 'additionalProperties') !== undefined;
  return isMap ? num(schema, 'maxProperties') : 1;
}

/** `cardinality` is how often the value may be there; undefined when only the size of a request limits it. */
export function ruleCost(program: CelProgram, seen: Structural, cardinality: number | undefined): number {
  const size = schemaSize(seen);
  if (size === undefined) return 0;
  const { max } = estimateCost(program.checked, size);
  return max === 0 ? 0 : max * (cardinality ?? mostOften(size));
}

function excess(what: string, cost: number, limit: number): string {
  const ratio = cost / limit;
  const factor = ratio > 100 ? 'more than 100x' : ratio < 1.5 ? `${ratio.toFixed(6)}x` : `${ratio.toFixed(1)}x`;
  return `${what} exceeds budget by factor of ${factor} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}

/** Adds up what the rules of a definition cost. */
export class RuleCosts {
  #total = 0;
  readonly #most: { readonly at: string; readonly cost: number }[] = [];

  /** A complaint when this one alone costs too much. */
  add(what: string, cost: number, at: string): FieldError[] {
    this.#total += cost;
    if (cost >= TOTAL_LIMIT / 100) {
      this.#most.push({ at, cost });
      this.#most.sort((a, b) => b.cost - a.cost);
      this.#most.length = Math.min(this.#most.length, 4);
    }
    return cost > RULE_LIMIT ? [forbidden(at, excess(what, cost, RULE_LIMIT))] : [];
  }

  errors(at: string): FieldError[] {
    if (this.#total <= TOTAL_LIMIT) return [];
    const words = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
    const all = excess('x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema', this.#total, TOTAL_LIMIT);
    return [...this.#most.map((one) => forbidden(one.at, words)), forbidden(at, all)];
  }
}
