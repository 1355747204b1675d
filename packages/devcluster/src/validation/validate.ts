import type { JsonObject, KubeObject } from '@caretaker/kube';
import type { FieldError, TypeInfo, Validated, ValidateInput } from '../schema/contract.ts';
import { KIND_RULES } from './all-rules.ts';
import { finalizerWarnings } from './finalizer-warnings.ts';
import type { KindRules } from './kind-rules.ts';
import { genericMetaErrors, objectMetaErrors, objectMetaUpdateErrors } from './object-meta.ts';
import { WARNINGS } from './warnings.ts';

const NO_RULES: KindRules = {};

/** All causes why an object cannot be stored, in the order of the real server, and warnings. */
export function validateObject(type: TypeInfo, input: ValidateInput): Validated {
  const { next, live } = input;
  const errors: FieldError[] = [];
  const warnings: string[] = [];
  const rules = KIND_RULES[`${type.group}/${type.kind}`] ?? NO_RULES;
  if (live === undefined) checkCreate(type, rules, input, errors);
  else {
    genericMetaErrors(next, type.namespaced, errors);
    objectMetaUpdateErrors(next.metadata, live.metadata, errors);
    checkUpdate(type, rules, input, live, errors);
  }
  if (errors.length === 0) {
    if (input.context.subresource === '') WARNINGS[`${type.group}/${type.kind}`]?.(next, live, warnings);
    if (type.custom !== undefined) {
      if (input.context.subresource === '') warnings.push(...finalizerWarnings(next, live));
      // an applied object is judged as it was given, and stored as its schema has it
      type.custom.prune(next as unknown as JsonObject);
    }
  }
  return { errors, warnings };
}

function kindMeta(type: TypeInfo, rules: KindRules, next: KubeObject, errors: FieldError[]): void {
  if (rules.name !== 'none') objectMetaErrors(next, type.namespaced, rules.name ?? 'subdomain', errors);
}

function checkCreate(type: TypeInfo, rules: KindRules, { next, context }: ValidateInput, errors: FieldError[]): void {
  kindMeta(type, rules, next, errors);
  rules.create?.(next, errors, context);
  if (type.custom !== undefined) errors.push(...type.custom.validate(next as unknown as JsonObject, undefined, context.subresource));
  if (errors.length === 0) genericMetaErrors(next, type.namespaced, errors);
}

function checkUpdate(type: TypeInfo, rules: KindRules, { next, context }: ValidateInput, live: KubeObject, errors: FieldError[]): void {
  const compareMeta = (): void => objectMetaUpdateErrors(next.metadata, live.metadata, errors);
  if (type.custom !== undefined) {
    compareMeta();
    errors.push(...type.custom.validate(next as unknown as JsonObject, live as unknown as JsonObject, context.subresource));
  } else if (context.subresource !== '') {
    compareMeta();
    if (context.subresource === 'status') rules.status?.(next, live, errors, context);
  } else if (rules.order === 'create-first') {
    kindMeta(type, rules, next, errors);
    rules.create?.(next, errors, context);
    compareMeta();
    rules.update?.(next, live, errors, context);
  } else if (rules.order === 'create-only') {
    kindMeta(type, rules, next, errors);
    rules.update?.(next, live, errors, context);
  } else {
    compareMeta();
    if (rules.metaOnUpdate === true) kindMeta(type, rules, next, errors);
    rules.update?.(next, live, errors, context);
  }
}
