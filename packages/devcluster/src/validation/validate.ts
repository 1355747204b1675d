import type { KubeObject } from '@caretaker/kube';
import type { FieldError, TypeInfo, Validated, ValidateInput } from '../schema/contract.ts';
import { KIND_RULES } from './kind-rules.ts';
import { genericMetaErrors, type NameRule, objectMetaErrors, objectMetaUpdateErrors } from './object-meta.ts';

/** All causes why an object cannot be stored, in the order of the real server, and warnings. */
export function validateObject(type: TypeInfo, input: ValidateInput): Validated {
  const { next, live, context } = input;
  const errors: FieldError[] = [];
  const warnings: string[] = [];
  const rules = KIND_RULES[`${type.group}/${type.kind}`];
  const nameRule: NameRule = rules?.name ?? 'subdomain';
  if (live === undefined) {
    objectMetaErrors(next, type.namespaced, nameRule, errors);
    rules?.create?.(next, errors, context);
    if (type.custom !== undefined) errors.push(...type.custom.validate(next as never, undefined, context.subresource));
    if (errors.length === 0) genericMetaErrors(next, type.namespaced, errors);
  } else {
    genericMetaErrors(next, type.namespaced, errors);
    objectMetaUpdateErrors(next.metadata, live.metadata, errors);
    kindUpdate(type, next, live, nameRule, input, errors);
  }
  rules?.warn?.(next, live, warnings);
  return { errors, warnings };
}

function kindUpdate(
  type: TypeInfo,
  next: KubeObject,
  live: KubeObject,
  nameRule: NameRule,
  input: ValidateInput,
  errors: FieldError[],
): void {
  const { context } = input;
  const rules = KIND_RULES[`${type.group}/${type.kind}`];
  if (type.custom !== undefined) {
    objectMetaUpdateErrors(next.metadata, live.metadata, errors);
    errors.push(...type.custom.validate(next as never, live as never, context.subresource));
    return;
  }
  if (context.subresource === 'status') {
    objectMetaUpdateErrors(next.metadata, live.metadata, errors);
    rules?.status?.(next, live, errors, context);
    return;
  }
  if (rules?.order === 'create-first') {
    objectMetaErrors(next, type.namespaced, nameRule, errors);
    rules.create?.(next, errors, context);
    objectMetaUpdateErrors(next.metadata, live.metadata, errors);
    rules.update?.(next, live, errors, context);
    return;
  }
  objectMetaUpdateErrors(next.metadata, live.metadata, errors);
  if (rules?.update !== undefined) rules.update(next, live, errors, context);
}
