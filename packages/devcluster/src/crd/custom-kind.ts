/** Behaviour of one version of a custom kind, compiled from its schema. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { isMap } from '../apply/typed-view.ts';
import type { CustomKind, FieldError, ScalePaths } from '../schema/contract.ts';
import { invalid } from '../validation/parts/field-errors.ts';
import { compileRules, type RuleCheck } from './cel-rules.ts';
import { applyStructuralDefaults, withStructuralDefaults } from './defaults.ts';
import { under } from './definition/default-rules.ts';
import { embeddedErrors } from './embedded.ts';
import { listTypeErrors } from './list-types.ts';
import { pruneObject } from './prune.ts';
import { readStructural, type Structural } from './structural.ts';
import { compileCheck, NOTHING, type ValueCheck } from './value-validator.ts';

/** Reasons after which rules are not evaluated: the object has not the shape that they expect. */
const BLOCKING: ReadonlySet<FieldError['reason']> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

const NOT_CHECKED =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

export class CompiledKind implements CustomKind {
  readonly hasStatus: boolean;
  readonly structural: Structural;
  readonly #check: ValueCheck;
  readonly #statusCheck: ValueCheck | undefined;
  readonly #rules: RuleCheck | undefined;
  readonly #scale: ScalePaths | undefined;

  constructor(schema: JsonObject, hasStatus: boolean, scale: ScalePaths | undefined) {
    this.hasStatus = hasStatus;
    this.structural = readStructural(schema);
    this.#check = compileCheck(schema);
    const properties = schema['properties'];
    const status = properties !== undefined && isMap(properties) ? properties['status'] : undefined;
    this.#statusCheck = status !== undefined && isMap(status) ? compileCheck(status) : undefined;
    this.#rules = compileRules(this.structural);
    this.#scale = scale;
  }

  prune(object: JsonObject): string[] {
    return pruneObject(object, this.structural);
  }

  applyDefaults(object: JsonObject): void {
    applyStructuralDefaults(object, this.structural);
  }

  withDefaults(object: JsonObject): JsonObject {
    return withStructuralDefaults(object, this.structural);
  }

  validate(next: JsonObject, live: JsonObject | undefined, subresource: string, warnings: string[]): FieldError[] {
    const errors: FieldError[] = [];
    if (subresource === 'status') this.#checkStatus(next, live, errors);
    else this.#checkObject(next, live, errors);
    if (this.#rules !== undefined) {
      if (errors.some((error) => BLOCKING.has(error.reason))) errors.push(invalid('<nil>', null, NOT_CHECKED));
      else this.#rules(next, live, { errors, warnings });
    }
    return errors;
  }

  #checkObject(next: JsonObject, live: JsonObject | undefined, errors: FieldError[]): void {
    this.#check(next, '', live ?? NOTHING, errors);
    if (this.#scale !== undefined) {
      replicaErrors(next, this.#scale.specReplicas, errors);
      replicaErrors(next, this.#scale.statusReplicas, errors);
    }
    embeddedErrors(next, this.structural, '', errors);
    this.#checkLists(next, live, errors);
  }

  #checkStatus(next: JsonObject, live: JsonObject | undefined, errors: FieldError[]): void {
    const { status } = next;
    if (status !== undefined) {
      const found: FieldError[] = [];
      this.#statusCheck?.(status, '', live?.['status'] ?? NOTHING, found);
      // messages name fields as status sees them
      for (const error of found) errors.push({ ...error, field: under('status', error.field) });
    }
    if (this.#scale !== undefined) replicaErrors(next, this.#scale.statusReplicas, errors);
    this.#checkLists(next, live, errors);
  }

  /** What was wrong before may stay wrong. */
  #checkLists(next: JsonObject, live: JsonObject | undefined, errors: FieldError[]): void {
    const found: FieldError[] = [];
    listTypeErrors(next, this.structural, '', found);
    if (found.length === 0) return;
    const before: FieldError[] = [];
    if (live !== undefined) listTypeErrors(live, this.structural, '', before);
    if (before.length === 0) errors.push(...found);
  }
}

function replicaErrors(object: JsonObject, path: string, errors: FieldError[]): void {
  let value: JsonValue | undefined = object;
  for (const part of path.replace(/^\./, '').split('.')) value = value !== undefined && isMap(value) ? value[part] : undefined;
  if (value === undefined) return;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    errors.push(invalid(path, 0, `${path} accessor error: ${JSON.stringify(value)} is of the type ${typeof value}, expected int64`));
  } else if (value < 0) errors.push(invalid(path, value, 'should be a non-negative integer'));
  else if (value > 2147483647) errors.push(invalid(path, value, 'should be less than or equal to 2147483647'));
}
