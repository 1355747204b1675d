import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { typeRow } from '../../schema/type-table.ts';
import { parseLabelSelector } from '../../selectors/label-selector.ts';
import { StatusError } from '../../server/answers/status-error.ts';
import { forbidden, invalid, required, sorted } from '../../validation/parts/field-errors.ts';
import { qualifiedName } from '../../validation/parts/formats.ts';
import { type Errors, format, items, objs, size, str, sub } from '../../validation/parts/read.ts';
import type { AccessAttributes } from '../authorizer.ts';

/** What a review asks about. */
export function attributesOf(spec: Record<string, unknown>): AccessAttributes {
  const text = (from: Record<string, unknown>, key: string): string => (typeof from[key] === 'string' ? from[key] : '');
  if (spec['nonResourceAttributes'] !== undefined) {
    const path = record(spec['nonResourceAttributes']);
    return { verb: text(path, 'verb'), path: text(path, 'path') };
  }
  const from = record(spec['resourceAttributes']);
  return {
    verb: text(from, 'verb'),
    group: text(from, 'group'),
    version: text(from, 'version'),
    resource: text(from, 'resource'),
    subresource: text(from, 'subresource'),
    namespace: text(from, 'namespace'),
    name: text(from, 'name'),
  };
}

/** What is wrong with an access review. `namespace` is that of a local one. */
export function accessReviewErrors(
  body: KubeObject,
  tracked: () => KubeObject,
  kind: { readonly subject: boolean; readonly namespace: string | undefined },
): Errors {
  const review = body as unknown as JsonObject;
  const spec = sub(review, 'spec');
  const errors: Errors = [];
  const resource = member(spec, 'resourceAttributes');
  const path = member(spec, 'nonResourceAttributes');
  const shown = path === undefined ? null : { Path: str(path, 'path'), Verb: str(path, 'verb') };
  if (resource !== undefined && path !== undefined)
    errors.push(invalid('spec.nonResourceAttributes', shown, 'cannot be specified in combination with resourceAttributes'));
  if (resource === undefined && path === undefined)
    errors.push(invalid('spec.resourceAttributes', null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified'));
  if (kind.subject && str(spec, 'user') === '' && size(spec, 'groups') === 0)
    errors.push(invalid('spec.user', '', 'at least one of user or group must be specified'));
  selectorErrors(resource, errors);
  const { namespace: _namespace, ...metadata } = body.metadata;
  const bare = kind.namespace === undefined ? body.metadata : metadata;
  if (Object.keys(bare).length > 0) {
    const detail = kind.namespace === undefined ? 'must be empty' : 'must be empty except for namespace';
    errors.push({ reason: 'FieldValueInvalid', message: `Invalid value: ${goMetadata(tracked())}: ${detail}`, field: 'metadata' });
  }
  if (kind.namespace === undefined) return errors;
  if (resource !== undefined && str(resource, 'namespace') !== kind.namespace)
    errors.push(invalid('spec.resourceAttributes.namespace', str(resource, 'namespace'), 'must match metadata.namespace'));
  if (path !== undefined) errors.push(invalid('spec.nonResourceAttributes', shown, 'disallowed on this kind of request'));
  return errors;
}

function member(from: JsonObject, name: string): JsonObject | undefined {
  const value = from[name];
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}

/** Metadata as Go's encoder writes them: in the order of the fields, maps sorted. */
function goMetadata({ metadata }: KubeObject): string {
  return JSON.stringify(inOrder('k8s.io/apimachinery/pkg/apis/meta/v1.ObjectMeta', metadata as unknown as JsonObject));
}

function inOrder(type: string, value: JsonObject): JsonObject {
  const written = (of: string, member: JsonValue): JsonValue => {
    if (of.startsWith('[]') && Array.isArray(member)) return member.map((each) => written(of.slice(2), each));
    const isStruct = of.startsWith('#') && member !== null && typeof member === 'object' && !Array.isArray(member);
    return isStruct ? inOrder(of.slice(1), member) : sorted(member);
  };
  const rows = typeRow(type).fields;
  return Object.fromEntries(rows.flatMap(({ n, t }) => (value[n] === undefined ? [] : [[n, written(t, value[n])]])));
}

const OPERATORS_WITH_VALUES = ['In', 'NotIn'];
const OPERATORS_WITHOUT = ['Exists', 'DoesNotExist'];

function selectorErrors(resource: JsonObject | undefined, errors: Errors): void {
  if (resource === undefined) return;
  for (const name of ['fieldSelector', 'labelSelector']) {
    const selector = member(resource, name);
    if (selector === undefined) continue;
    const at = `spec.resourceAttributes.${name}`;
    const raw = str(selector, 'rawSelector');
    const count = size(selector, 'requirements');
    if (raw !== '' && count > 0) errors.push(invalid(`${at}.rawSelector`, raw, 'may not specified at the same time as requirements'));
    if (raw === '' && count === 0)
      errors.push(required(`${at}.requirements`, `when ${at} is specified, requirements or rawSelector is required`));
    for (const [index, requirement] of objs(selector, 'requirements').entries())
      requirementErrors(requirement, items(`${at}.requirements`, index), name, errors);
  }
}

/** Operators that are not known may come from newer clients. */
function requirementErrors(requirement: JsonObject, at: string, selector: string, errors: Errors): void {
  const key = str(requirement, 'key');
  const operator = str(requirement, 'operator');
  const count = size(requirement, 'values');
  if (selector === 'fieldSelector' && key === '') errors.push(required(`${at}.key`, 'must be specified'));
  if (OPERATORS_WITH_VALUES.includes(operator) && count === 0)
    errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  if (OPERATORS_WITHOUT.includes(operator) && count > 0)
    errors.push(forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  if (selector === 'labelSelector') format(`${at}.key`, key, qualifiedName, errors);
}

/** Which selectors of a review are not taken into account: `… ignored due to parse error`, joined. */
export function selectorProblems(resource: Record<string, unknown>): string {
  const from = resource as JsonObject;
  return ['fieldSelector', 'labelSelector']
    .flatMap((name) => {
      const selector = member(from, name);
      const ignored = selector === undefined ? undefined : ignoredPart(name, selector);
      return ignored === undefined ? [] : [`spec.resourceAttributes.${name} ${ignored} due to parse error`];
    })
    .join('; ');
}

function ignoredPart(name: string, selector: JsonObject): string | undefined {
  const raw = str(selector, 'rawSelector');
  if (raw !== '') return (name === 'labelSelector' ? isLabelSelector(raw) : isFieldSelector(raw)) ? undefined : 'ignored';
  const known = objs(selector, 'requirements').map((requirement) => {
    const operator = str(requirement, 'operator');
    if (name === 'labelSelector') return [...OPERATORS_WITH_VALUES, ...OPERATORS_WITHOUT].includes(operator);
    return OPERATORS_WITH_VALUES.includes(operator) && size(requirement, 'values') === 1;
  });
  if (known.every(Boolean)) return undefined;
  return known.some(Boolean) ? 'partially ignored' : 'ignored';
}

function isLabelSelector(text: string): boolean {
  try {
    parseLabelSelector(text);
    return true;
  } catch {
    return false;
  }
}

/** Terms of `key=value`, `key==value` or `key!=value`. */
function isFieldSelector(text: string): boolean {
  return text.split(/(?<!\\),/).every((term) => term === '' || /^[^=!]*(?:!=|==?)(?:[^=\\]|\\[\\,=])*$/.test(term));
}

/** Refusals of reviews name no kind. */
export function refuseReview(errors: Errors): void {
  if (errors.length === 0) return;
  const texts = errors.map((error) => `${error.field ?? ''}: ${error.message ?? ''}`);
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  throw new StatusError(422, 'Invalid', `.authorization.k8s.io "" is invalid: ${text ?? ''}`, {
    group: 'authorization.k8s.io',
    causes: [...errors],
  });
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
