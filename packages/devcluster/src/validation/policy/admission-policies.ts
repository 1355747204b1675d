/** Admission policies and their bindings. */
import type { JsonObject, KubeObject } from '@caretaker/kube';
import { patchStruct } from '../../cel/patch-types.ts';
import type { CelPlace } from '../../cel/places.ts';
import { type CelType, DYN } from '../../cel/types.ts';
import type { KindRules } from '../kind-rules.ts';
import { expressionErrors } from '../parts/expressions.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../parts/field-errors.ts';
import { dns1035Label, dnsSubdomain, pathSegment, qualifiedName } from '../parts/formats.ts';
import { type Errors, format, given, items, obj, objs, optionalEnum, requiredEnum, size, specOf, str, strs } from '../parts/read.ts';
import { selectorErrors } from '../parts/selectors.ts';
import { matchConditionsErrors, ruleErrors } from './webhooks.ts';

const hasNewline = (text: string): boolean => /[\n\r]/.test(text);

function paramKindErrors(kind: JsonObject, at: string, errors: Errors): void {
  const apiVersion = str(kind, 'apiVersion');
  const parts = apiVersion.split('/');
  const [group, version = ''] = parts.length === 1 ? ['', apiVersion] : parts;
  const path = `${at}.apiVersion`;
  if (apiVersion === '') errors.push(required(path));
  else if (parts.length > 2) errors.push(invalid(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  else {
    const words = group === '' ? [] : dnsSubdomain(group ?? '');
    if (words.length > 0) errors.push(invalid(path, group, words.join(',')));
    if (version === '') errors.push(invalid(path, apiVersion, 'version must be specified'));
    else if (dns1035Label(version).length > 0) errors.push(invalid(path, version, dns1035Label(version).join(',')));
  }
  const name = str(kind, 'kind');
  const words = dns1035Label(name.toLowerCase());
  if (name === '') errors.push(required(`${at}.kind`));
  else if (words.length > 0)
    errors.push(invalid(`${at}.kind`, name, `may have mixed case, but should otherwise match: ${words.join(',')}`));
}

function matchResourcesErrors(resources: JsonObject | undefined, at: string, errors: Errors): void {
  if (resources === undefined) return;
  optionalEnum(resources, 'matchPolicy', at, ['Equivalent', 'Exact'], errors);
  for (const name of ['namespaceSelector', 'objectSelector']) {
    if (given(resources, name)) selectorErrors(obj(resources, name), `${at}.${name}`, errors);
    else errors.push(required(`${at}.${name}`));
  }
  for (const name of ['resourceRules', 'excludeResourceRules'])
    for (const [i, rule] of objs(resources, name).entries()) namedRuleErrors(rule, items(`${at}.${name}`, i), errors);
}

function namedRuleErrors(rule: JsonObject, at: string, errors: Errors): void {
  const seen = new Set<string>();
  for (const [i, name] of strs(rule, 'resourceNames').entries()) {
    const path = items(`${at}.resourceNames`, i);
    format(path, name, pathSegment, errors);
    if (seen.has(name)) errors.push(duplicate(path, name));
    seen.add(name);
  }
  ruleErrors(rule, at, errors);
}

/** What both kinds of policies begin with. */
function commonErrors(spec: JsonObject, at: string, errors: Errors): CelPlace {
  optionalEnum(spec, 'failurePolicy', at, ['Fail', 'Ignore'], errors);
  const kind = obj(spec, 'paramKind');
  if (kind !== undefined) paramKindErrors(kind, `${at}.paramKind`, errors);
  const constraints = obj(spec, 'matchConstraints');
  if (constraints === undefined) errors.push(required(`${at}.matchConstraints`));
  else {
    matchResourcesErrors(constraints, `${at}.matchConstraints`, errors);
    if (size(constraints, 'resourceRules') === 0) errors.push(required(`${at}.matchConstraints.resourceRules`));
  }
  return { params: kind !== undefined, namespace: true, authorizer: true };
}

const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);

function variablesErrors(spec: JsonObject, place: CelPlace, at: string, errors: Errors): ReadonlyMap<string, CelType> {
  const types = new Map<string, CelType>();
  for (const [i, variable] of objs(spec, 'variables').entries()) {
    const path = items(`${at}.variables`, i);
    const name = str(variable, 'name');
    if (name.trim() === '') errors.push(required(`${path}.name`, 'name is not specified'));
    else if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) || RESERVED.has(name))
      errors.push(invalid(`${path}.name`, name, 'must be a valid CEL identifier'));
    const expression = str(variable, 'expression');
    if (expression.trim() === '') {
      errors.push(required(`${path}.expression`, 'expression is not specified'));
      continue;
    }
    types.set(name, expressionErrors(expression, { ...place, variables: types }, [], `${path}.expression`, errors) ?? DYN);
  }
  return types;
}

function validationErrors(validation: JsonObject, place: CelPlace, at: string, errors: Errors): void {
  const expression = str(validation, 'expression');
  if (expression.trim() === '') errors.push(required(`${at}.expression`, 'expression is not specified'));
  else expressionErrors(expression, place, ['bool'], `${at}.expression`, errors);
  const messageExpression = str(validation, 'messageExpression');
  if (messageExpression !== '' && messageExpression.trim() === '')
    errors.push(invalid(`${at}.messageExpression`, messageExpression, 'must be non-empty if specified'));
  else if (messageExpression !== '')
    expressionErrors(messageExpression, { ...place, authorizer: false }, ['string'], `${at}.messageExpression`, errors);
  const message = str(validation, 'message');
  if (message !== '' && message.trim() === '') errors.push(invalid(`${at}.message`, message, 'must be non-empty if specified'));
  else if (hasNewline(message.trim())) errors.push(invalid(`${at}.message`, message, 'must not contain line breaks'));
  const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
  if (given(validation, 'reason') && !reasons.includes(str(validation, 'reason')))
    errors.push(notSupported(`${at}.reason`, str(validation, 'reason'), reasons));
}

function annotationsErrors(object: KubeObject, place: CelPlace, at: string, errors: Errors): void {
  const annotations = objs(specOf(object), 'auditAnnotations');
  const keys = new Set<string>();
  for (const [i, annotation] of annotations.entries()) {
    const path = items(at, i);
    const key = str(annotation, 'key');
    format(`${path}.key`, `${object.metadata.name ?? ''}/${key}`, qualifiedName, errors);
    const expression = str(annotation, 'valueExpression');
    if (expression.trim() === '') errors.push(required(`${path}.valueExpression`, 'valueExpression is not specified'));
    else expressionErrors(expression, place, ['string', 'null'], `${path}.valueExpression`, errors);
    if (keys.has(key)) errors.push(duplicate(`${path}.key`, key));
    keys.add(key);
  }
}

function validatingPolicy(object: KubeObject, errors: Errors): void {
  const spec = specOf(object);
  const place = commonErrors(spec, 'spec', errors);
  matchConditionsErrors(objs(spec, 'matchConditions'), place, 'spec.matchConditions', errors);
  const types = variablesErrors(spec, place, 'spec', errors);
  const composed = size(spec, 'variables') > 0 ? { ...place, variables: types } : place;
  if (size(spec, 'validations') + size(spec, 'auditAnnotations') === 0) {
    const words = 'validations or auditAnnotations must contain at least one item';
    errors.push(required('spec.validations', words), required('spec.auditAnnotations', words));
    return;
  }
  for (const [i, validation] of objs(spec, 'validations').entries())
    validationErrors(validation, composed, items('spec.validations', i), errors);
  annotationsErrors(object, composed, 'spec.auditAnnotations', errors);
}

const MUTATING_OPERATIONS = ['*', 'CONNECT', 'CREATE', 'UPDATE'];

function operationsErrors(resources: JsonObject | undefined, at: string, errors: Errors): void {
  for (const rule of objs(resources, 'resourceRules'))
    for (const operation of strs(rule, 'operations'))
      if (!MUTATING_OPERATIONS.includes(operation))
        errors.push(notSupported(`${at}.resourceRules.operations`, operation, MUTATING_OPERATIONS));
}

const PATCHES = [
  { type: 'JSONPatch', member: 'jsonPatch', result: 'list(JSONPatch)' },
  { type: 'ApplyConfiguration', member: 'applyConfiguration', result: 'Object' },
] as const;

function mutationErrors(mutation: JsonObject, place: CelPlace, at: string, errors: Errors): void {
  const type = str(mutation, 'patchType');
  const patch = PATCHES.find((one) => one.type === type);
  if (type === '') errors.push(required(`${at}.patchType`));
  else if (patch === undefined) errors.push(notSupported(`${at}.patchType`, type, ['ApplyConfiguration', 'JSONPatch']));
  if (patch === undefined) return;
  const path = `${at}.${patch.member}`;
  const own = obj(mutation, patch.member);
  if (own === undefined) errors.push(required(path, `must be specified when patchType is ${type}`));
  else {
    const expression = str(own, 'expression').trim();
    if (expression === '') errors.push(required(`${path}.expression`));
    else expressionErrors(expression, place, [patch.result], `${path}.expression`, errors);
  }
  for (const { member } of PATCHES) {
    if (member !== patch.member && given(mutation, member))
      errors.push(invalid(`${at}.${member}`, `{${member}}`, `must not be specified when patchType is ${type}`));
  }
}

function mutatingPolicy(object: KubeObject, errors: Errors): void {
  const spec = specOf(object);
  const place = commonErrors(spec, 'spec', errors);
  operationsErrors(obj(spec, 'matchConstraints'), 'spec.matchConstraints', errors);
  matchConditionsErrors(objs(spec, 'matchConditions'), place, 'spec.matchConditions', errors);
  const variables = variablesErrors(spec, place, 'spec', errors);
  if (size(spec, 'mutations') === 0) errors.push(required('spec.mutations', 'mutations must contain at least one item'));
  for (const [i, mutation] of objs(spec, 'mutations').entries())
    mutationErrors(mutation, { ...place, variables, struct: patchStruct }, items('spec.mutations', i), errors);
  requiredEnum(spec, 'reinvocationPolicy', 'spec', ['IfNeeded', 'Never'], errors);
}

function paramRefErrors(reference: JsonObject | undefined, at: string, errors: Errors): void {
  if (reference === undefined) return;
  const name = str(reference, 'name');
  const selector = obj(reference, 'selector');
  const both = name !== '' && selector !== undefined;
  const words = 'name and selector are mutually exclusive';
  if (name !== '') format(`${at}.name`, name, pathSegment, errors);
  if (both) errors.push(forbidden(`${at}.name`, words));
  selectorErrors(selector, `${at}.selector`, errors);
  if (both) errors.push(forbidden(`${at}.selector`, words));
  if (name === '' && selector === undefined) errors.push(required(at, 'one of name or selector must be specified'));
  requiredEnum(reference, 'parameterNotFoundAction', at, ['Deny', 'Allow'], errors);
}

function bindingErrors(spec: JsonObject, errors: Errors): void {
  const name = str(spec, 'policyName');
  if (name === '') errors.push(required('spec.policyName'));
  else format('spec.policyName', name, dnsSubdomain, errors);
  paramRefErrors(obj(spec, 'paramRef'), 'spec.paramRef', errors);
  matchResourcesErrors(obj(spec, 'matchResources'), 'spec.matchResources', errors);
}

const ACTIONS = ['Audit', 'Deny', 'Warn'];

function validatingBinding(object: KubeObject, errors: Errors): void {
  const spec = specOf(object);
  bindingErrors(spec, errors);
  const actions = strs(spec, 'validationActions');
  for (const [i, action] of actions.entries()) {
    const path = items('spec.validationActions', i);
    if (!ACTIONS.includes(action)) errors.push(notSupported(path, action, ACTIONS));
    if (actions.indexOf(action) < i) errors.push(duplicate(path, action));
  }
  if (actions.includes('Deny') && actions.includes('Warn')) {
    const words =
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
    errors.push(invalid('spec.validationActions', actions, words));
  }
  if (actions.length === 0) errors.push(required('spec.validationActions', 'at least one validation action is required'));
}

function mutatingBinding(object: KubeObject, errors: Errors): void {
  const spec = specOf(object);
  bindingErrors(spec, errors);
  operationsErrors(obj(spec, 'matchResources'), 'spec.matchResources', errors);
}

const rules = (check: (object: KubeObject, errors: Errors) => void): KindRules => ({
  create: check,
  update: (next, _live, errors) => check(next, errors),
  order: 'create-only',
});

export const ADMISSION_POLICY_RULES: Readonly<Record<string, KindRules>> = {
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': rules(validatingPolicy),
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding': rules(validatingBinding),
  'admissionregistration.k8s.io/MutatingAdmissionPolicy': rules(mutatingPolicy),
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding': rules(mutatingBinding),
};
