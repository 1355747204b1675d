import type { JsonObject, KubeObject } from '@caretaker/kube';
import type { FieldError, TypeInfo, Validated, ValidateInput } from '../schema/contract.ts';
import { KIND_RULES } from './all-rules.ts';
import { finalizerWarnings } from './finalizer-warnings.ts';
import type { KindRules } from './kind-rules.ts';
import { genericMetaErrors, objectMetaErrors, objectMetaUpdateErrors, qualifiedFinalizerErrors } from './parts/object-meta.ts';
import { WARNINGS } from './warnings.ts';

const NO_RULES: KindRules = {};

/** All causes why an object cannot be stored, in the order of the real server, and warnings. */
export function validateObject(type: TypeInfo, input: ValidateInput): Validated {
  const { next, live } = input;
  const errors: FieldError[] = [];
  const warnings: string[] = [];
  const rules = KIND_RULES[`${type.group}/${type.kind}`] ?? NO_RULES;
  if (live === undefined) checkCreate(type, rules, input, { errors, warnings });
  else {
    genericMetaErrors(next, type.namespaced, errors);
    objectMetaUpdateErrors(next.metadata, live.metadata, errors);
    checkUpdate(type, rules, input, live, { errors, warnings });
  }
  if (errors.length === 0) {
    if (input.context.subresource === '') WARNINGS[`${type.group}/${type.kind}`]?.(next, live, warnings);
    if (type.custom !== undefined && input.context.subresource === '') warnings.push(...finalizerWarnings(next, live));
  }
  return { errors, warnings };
}

function kindMeta(type: TypeInfo, rules: KindRules, next: KubeObject, errors: FieldError[]): void {
  if (rules.name === 'none') return;
  objectMetaErrors(next, type.namespaced, rules.name ?? 'subdomain', errors);
  finalizers(type, next, errors);
}

/** Kinds that other servers share the rules of metadata with. */
const GENERIC_GROUPS = new Set([
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'admissionregistration.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'policy',
]);

function finalizers(type: TypeInfo, next: KubeObject, errors: FieldError[]): void {
  if (type.builtin && !GENERIC_GROUPS.has(type.group)) qualifiedFinalizerErrors(next.metadata.finalizers, 'metadata.finalizers', errors);
}

interface Findings {
  readonly errors: FieldError[];
  readonly warnings: string[];
}

function checkCreate(type: TypeInfo, rules: KindRules, { next, context }: ValidateInput, { errors, warnings }: Findings): void {
  kindMeta(type, rules, next, errors);
  rules.create?.(next, errors, context);
  if (type.custom !== undefined)
    errors.push(...type.custom.validate(next as unknown as JsonObject, undefined, context.subresource, warnings));
  if (errors.length === 0) genericMetaErrors(next, type.namespaced, errors);
}

function checkUpdate(
  type: TypeInfo,
  rules: KindRules,
  { next, context }: ValidateInput,
  live: KubeObject,
  { errors, warnings }: Findings,
): void {
  const compareMeta = (): void => {
    objectMetaUpdateErrors(next.metadata, live.metadata, errors);
    if (rules.name !== 'none') finalizers(type, next, errors);
  };
  if (type.custom !== undefined) {
    compareMeta();
    errors.push(...type.custom.validate(next as unknown as JsonObject, live as unknown as JsonObject, context.subresource, warnings));
  } else if (context.subresource !== '') {
    compareMeta();
    if (context.subresource === 'status') rules.status?.(next, live, errors, context);
    else rules.subresources?.[context.subresource]?.(next, live, errors, context);
  } else if (rules.order === 'create-first') {
    kindMeta(type, rules, next, errors);
    rules.create?.(next, errors, context);
    compareMeta();
    rules.update?.(next, live, errors, context);
  } else if (rules.order === 'create-twice') {
    for (let time = 0; time < 2; time += 1) {
      kindMeta(type, rules, next, errors);
      rules.create?.(next, errors, context);
    }
    rules.update?.(next, live, errors, context);
  } else if (rules.order === 'create-only') {
    kindMeta(type, rules, next, errors);
    rules.update?.(next, live, errors, context);
  } else {
    compareMeta();
    rules.unchangeable?.(next, live, errors);
    if (rules.metaOnUpdate === true) kindMeta(type, rules, next, errors);
    rules.update?.(next, live, errors, context);
  }
}
