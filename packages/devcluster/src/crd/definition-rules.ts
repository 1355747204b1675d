/** Validation of CustomResourceDefinitions. */
import type { JsonObject } from '@caretaker/kube';
import type { KindRules } from '../validation/kind-rules.ts';
import { forbidden, invalid, notSupported, required } from '../validation/parts/field-errors.ts';
import { dns1035Label, dnsSubdomain } from '../validation/parts/formats.ts';
import { printInternal } from '../validation/parts/internal-json.ts';
import { type Errors, flag, given, items, members, obj, objs, size, str, strs, sub } from '../validation/parts/read.ts';
import { defaultsErrors } from './definition/default-rules.ts';
import { columnErrors, conversionErrors, namesErrors, selectableErrors, subresourceErrors } from './definition/names-rules.ts';
import { isReadable, schemaErrors } from './definition/schema-rules.ts';
import { openApiSchema, type SpecForm, specForm, subresourcesOf } from './definition/spec-form.ts';
import { structuralErrors } from './definition/structural-rules.ts';
import { readStructural } from './structural.ts';

function groupErrors(group: string, errors: Errors): void {
  const words = dnsSubdomain(group);
  if (group === '') errors.push(required('spec.group'));
  else if (words.length > 0) errors.push(invalid('spec.group', group, words.join(',')));
  else if (!group.includes('.')) errors.push(invalid('spec.group', group, 'should be a domain with at least one dot'));
}

const ROOT_MEMBERS = new Set(
  'description type format title maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems multipleOf required items properties externalDocs example x-kubernetes-preserve-unknown-fields x-kubernetes-validations'.split(
    ' ',
  ),
);
const ROOT_NAMES =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations';

/** Validation of status starts at properties.status: what the root says beyond that would be lost. */
function rootErrors(schema: JsonObject, at: string, errors: Errors): void {
  if (str(schema, 'type') !== '' && str(schema, 'type') !== 'object') {
    const words = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    errors.push(invalid(`${at}.type`, str(schema, 'type'), words));
  } else if (Object.keys(schema).some((name) => given(schema, name) && schema[name] !== false && !ROOT_MEMBERS.has(name))) {
    const words = `only [${ROOT_NAMES}] fields are allowed at the root of the schema if the status subresource is enabled`;
    errors.push(invalid(at, printInternal('apiextensions.JSONSchemaProps', schema), words));
  }
}

function validationErrors(holder: JsonObject | undefined, hasStatus: boolean, at: string, errors: Errors): void {
  const schema = openApiSchema(holder);
  if (schema === undefined) return;
  const place = `${at}.openAPIV3Schema`;
  if (hasStatus) rootErrors(schema, place, errors);
  if (flag(schema, 'nullable')) errors.push(forbidden(`${place}.nullable`, 'nullable cannot be true at the root'));
  const readable = isReadable(schema);
  const structural = readable ? structuralErrors(schema, place) : [];
  if (readable && structural.length === 0) defaultsErrors(schema, place, structural);
  errors.push(...structural, ...schemaErrors(schema, place, structural.length === 0));
}

function deprecationErrors(version: JsonObject, at: string, errors: Errors): void {
  if (!given(version, 'deprecationWarning')) return;
  const warning = str(version, 'deprecationWarning');
  const complain = (words: string): number => errors.push(invalid(`${at}.deprecationWarning`, warning, words));
  if (!flag(version, 'deprecated')) complain('can only be set for deprecated versions');
  else if (Buffer.byteLength(warning) > 256) complain('must be <= 256 characters long');
  else if (warning === '') complain('must not be an empty string');
  else {
    const index = [...warning].findIndex((char) => /[\p{C}\p{Zl}\p{Zp}]/u.test(char));
    if (index >= 0) complain(`must only contain printable UTF-8 characters; non-printable character found at index ${index}`);
  }
}

function versionErrors(form: SpecForm, version: JsonObject, at: string, errors: Errors): void {
  const name = str(version, 'name');
  const words = dns1035Label(name);
  if (words.length > 0) errors.push(invalid(`${at}.name`, name, words.join(',')));
  deprecationErrors(version, at, errors);
  const hasStatus = obj(subresourcesOf(form, version), 'status') !== undefined;
  validationErrors(obj(version, 'schema'), hasStatus, `${at}.schema`, errors);
  subresourceErrors(obj(version, 'subresources'), `${at}.subresources`, errors);
  for (const [i, column] of objs(version, 'additionalPrinterColumns').entries())
    columnErrors(column, items(`${at}.additionalPrinterColumns`, i), errors);
  if (size(version, 'selectableFields') === 0) return;
  const schema = openApiSchema(obj(version, 'schema')) ?? openApiSchema(obj(form.spec, 'validation'));
  if (schema !== undefined) selectableErrors(version, readStructural(schema), `${at}.selectableFields`, errors);
}

/** The zero value when there is no list, not even an empty one. */
const printVersions = (form: SpecForm): JsonObject[] | null =>
  Array.isArray(form.spec['versions'])
    ? form.versions.map((version) => printInternal('apiextensions.CustomResourceDefinitionVersion', version))
    : null;

function versionsErrors(form: SpecForm, errors: Errors): void {
  const { spec, versions } = form;
  if (openApiSchema(obj(spec, 'validation')) === undefined) {
    for (const [i, version] of versions.entries()) {
      if (openApiSchema(obj(version, 'schema')) === undefined) errors.push(required(`${items('spec.versions', i)}.schema.openAPIV3Schema`));
    }
  }
  for (const [i, version] of versions.entries()) versionErrors(form, version, items('spec.versions', i), errors);
  const names = versions.map((version) => str(version, 'name'));
  if (new Set(names).size < names.length) errors.push(invalid('spec.versions', printVersions(form), 'must contain unique version names'));
  if (versions.filter((version) => flag(version, 'storage')).length !== 1)
    errors.push(invalid('spec.versions', printVersions(form), 'must have exactly one version marked as storage version'));
  const first = names[0];
  const words = first === undefined || first === '' ? [] : dns1035Label(first);
  if (words.length > 0) errors.push(invalid('spec.version', first, words.join(',')));
}

function specErrors(form: SpecForm, errors: Errors): void {
  const { spec } = form;
  groupErrors(str(spec, 'group'), errors);
  const scope = str(spec, 'scope');
  if (scope === '') errors.push(required('spec.scope'));
  else if (!['Cluster', 'Namespaced'].includes(scope)) errors.push(notSupported('spec.scope', scope, ['Cluster', 'Namespaced']));
  versionsErrors(form, errors);
  const names = sub(spec, 'names');
  for (const name of ['plural', 'singular', 'kind', 'listKind']) if (str(names, name) === '') errors.push(required(`spec.names.${name}`));
  namesErrors(names, 'spec.names', errors);
  const hasStatus = [spec, ...form.versions].some((one) => obj(obj(one, 'subresources'), 'status') !== undefined);
  validationErrors(obj(spec, 'validation'), hasStatus, 'spec.validation', errors);
  subresourceErrors(obj(spec, 'subresources'), 'spec.subresources', errors);
  for (const [i, column] of objs(spec, 'additionalPrinterColumns').entries())
    columnErrors(column, items('spec.additionalPrinterColumns', i), errors);
  const schema = openApiSchema(obj(spec, 'validation'));
  if (size(spec, 'selectableFields') > 0) {
    if (schema !== undefined) selectableErrors(spec, readStructural(schema), 'spec.selectableFields', errors);
    else if (!given(spec, 'validation'))
      errors.push(invalid('spec.selectableFields', '', 'may only be set when validations.schema is included'));
  }
  const strategy = str(sub(spec, 'conversion'), 'strategy');
  if (flag(spec, 'preserveUnknownFields') && strategy !== 'None' && strategy !== '')
    errors.push(invalid('spec.conversion.strategy', strategy, 'must be None if spec.preserveUnknownFields is true'));
  conversionErrors(obj(spec, 'conversion'), 'spec.conversion', errors);
}

const AT = 'status.storedVersions';

function storedErrors(object: JsonObject, form: SpecForm, errors: Errors): void {
  const stored = strs(sub(object, 'status'), 'storedVersions');
  if (stored.length === 0) {
    errors.push(invalid(AT, null, 'must have at least one stored version'));
    return;
  }
  for (const version of form.versions) {
    const name = str(version, 'name');
    if (flag(version, 'storage') && !stored.includes(name)) errors.push(invalid(AT, [...stored], `must have the storage version ${name}`));
  }
  for (const [i, name] of stored.entries()) {
    if (form.versions.some((version) => str(version, 'name') === name)) continue;
    const words = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    errors.push(invalid(items(AT, i), name, words));
  }
}

const APPROVED = 'api-approved.kubernetes.io';

/** Groups of the Kubernetes project need a note of who approved the API. */
function approval(object: JsonObject): { readonly state: string; readonly reason: string; readonly value: string } {
  const annotations = sub(sub(object, 'metadata'), 'annotations');
  const value = str(annotations, APPROVED);
  const reason = `protected groups must have approval annotation ${JSON.stringify(APPROVED)}, see https://github.com/kubernetes/enhancements/pull/1111`;
  if (value === '') return { state: 'missing', reason, value };
  if (value.startsWith('unapproved')) return { state: 'bypassed', reason: `not approved: ${JSON.stringify(value)}`, value };
  if (/^https?:\/\/[^/]/.test(value)) return { state: 'approved', reason: `approved in ${value}`, value };
  const words = `protected groups must have approval annotation ${JSON.stringify(APPROVED)} with either a URL or a reason starting with "unapproved", see https://github.com/kubernetes/enhancements/pull/1111`;
  return { state: 'invalid', reason: words, value };
}

function approvalErrors(object: JsonObject, before: JsonObject | undefined, errors: Errors): void {
  if (!/(^|\.)(k8s\.io|kubernetes\.io)$/.test(str(sub(object, 'spec'), 'group'))) return;
  const { state, reason, value } = approval(object);
  if (before !== undefined && approval(before).state === state) return;
  const at = `metadata.annotations[${APPROVED}]`;
  if (state === 'missing') errors.push(required(at, reason));
  else if (state === 'invalid') errors.push(invalid(at, value, reason));
}

function restErrors(object: JsonObject, form: SpecForm, before: JsonObject | undefined, errors: Errors): void {
  namesErrors(sub(sub(object, 'status'), 'acceptedNames'), 'status.acceptedNames', errors);
  storedErrors(object, form, errors);
  approvalErrors(object, before, errors);
  if (flag(form.spec, 'preserveUnknownFields') && (before === undefined || !flag(sub(before, 'spec'), 'preserveUnknownFields'))) {
    const words = 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
    errors.push(invalid('spec.preserveUnknownFields', true, words));
  }
}

const isEstablished = (object: JsonObject): boolean =>
  objs(sub(object, 'status'), 'conditions').some((one) => str(one, 'type') === 'Established' && str(one, 'status') === 'True');

function immutable(next: string, before: string, at: string, errors: Errors): void {
  if (next !== before) errors.push(invalid(at, next, 'field is immutable'));
}

function nameErrors(name: string, spec: JsonObject, errors: Errors): void {
  if (name !== '' && name !== `${str(sub(spec, 'names'), 'plural')}.${str(spec, 'group')}`)
    errors.push(invalid('metadata.name', name, 'must be spec.names.plural+"."+spec.group'));
}

export const definitionRules: KindRules = {
  create: (next, errors) => {
    const object = members(next);
    const form = specForm(object);
    nameErrors(next.metadata.name ?? '', form.spec, errors);
    specErrors(form, errors);
    restErrors(object, form, undefined, errors);
  },
  update: (next, live, errors) => {
    const object = members(next);
    const before = members(live);
    const form = specForm(object);
    specErrors(form, errors);
    const old = sub(before, 'spec');
    const names = sub(form.spec, 'names');
    if (isEstablished(before)) {
      immutable(str(form.spec, 'scope'), str(old, 'scope'), 'spec.scope', errors);
      immutable(str(names, 'kind'), str(sub(old, 'names'), 'kind'), 'spec.names.kind', errors);
    }
    immutable(str(form.spec, 'group'), str(old, 'group'), 'spec.group', errors);
    immutable(str(names, 'plural'), str(sub(old, 'names'), 'plural'), 'spec.names.plural', errors);
    restErrors(object, form, before, errors);
  },
  status: (next, _live, errors) => namesErrors(sub(sub(members(next), 'status'), 'acceptedNames'), 'status.acceptedNames', errors),
};
