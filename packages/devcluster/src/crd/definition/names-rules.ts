/** Names, printer columns, subresources, selectable fields and conversion of a definition. */
import type { JsonObject } from '@caretaker/kube';
import { duplicate, forbidden, invalid, notSupported, required, tooMany } from '../../validation/parts/field-errors.ts';
import { dns1035Label } from '../../validation/parts/formats.ts';
import { type Errors, given, items, obj, objs, str, strs } from '../../validation/parts/read.ts';
import { clientConfigErrors } from '../../validation/policy/webhooks.ts';
import type { Structural } from '../structural.ts';

function label(at: string, value: string, errors: Errors): void {
  const words = value === '' ? [] : dns1035Label(value);
  if (words.length > 0) errors.push(invalid(at, value, words.join(',')));
}

function mixedCaseLabel(at: string, value: string, errors: Errors): void {
  const words = value === '' ? [] : dns1035Label(value.toLowerCase());
  if (words.length > 0) errors.push(invalid(at, value, `may have mixed case, but should otherwise match: ${words.join(',')}`));
}

function labels(at: string, values: readonly string[], errors: Errors): void {
  for (const [i, value] of values.entries()) {
    const words = dns1035Label(value);
    if (words.length > 0) errors.push(invalid(items(at, i), value, words.join(',')));
  }
}

export function namesErrors(names: JsonObject, at: string, errors: Errors): void {
  label(`${at}.plural`, str(names, 'plural'), errors);
  label(`${at}.singular`, str(names, 'singular'), errors);
  const kind = str(names, 'kind');
  const listKind = str(names, 'listKind');
  mixedCaseLabel(`${at}.kind`, kind, errors);
  mixedCaseLabel(`${at}.listKind`, listKind, errors);
  labels(`${at}.shortNames`, strs(names, 'shortNames'), errors);
  if (kind !== '' && kind === listKind) errors.push(invalid(`${at}.listKind`, listKind, 'kind and listKind may not be the same'));
  labels(`${at}.categories`, strs(names, 'categories'), errors);
}

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

export function columnErrors(column: JsonObject, at: string, errors: Errors): void {
  if (str(column, 'name') === '') errors.push(required(`${at}.name`));
  const type = str(column, 'type');
  const allowed = `must be one of ${COLUMN_TYPES.join(',')}`;
  if (type === '') errors.push(required(`${at}.type`, allowed));
  else if (!COLUMN_TYPES.includes(type)) errors.push(invalid(`${at}.type`, type, allowed));
  const format = str(column, 'format');
  if (format !== '' && !COLUMN_FORMATS.includes(format))
    errors.push(invalid(`${at}.format`, format, `must be one of ${COLUMN_FORMATS.join(',')}`));
  const path = str(column, 'jsonPath');
  if (path === '') errors.push(required(`${at}.JSONPath`));
  else simplePath(path, `${at}.JSONPath`, errors);
}

function simplePath(path: string, at: string, errors: Errors): boolean {
  if (path.startsWith('.')) return true;
  errors.push(invalid(at, path, 'must be a simple json path starting with .'));
  return false;
}

function replicasPath(scale: JsonObject, name: string, root: string, at: string, errors: Errors): void {
  const path = str(scale, name);
  if (path === '') errors.push(required(`${at}.scale.${name}`));
  else if (simplePath(path, `${at}.scale.${name}`, errors) && !path.startsWith(`.${root}.`)) {
    errors.push(invalid(`${at}.scale.${name}`, path, `should be a json path under .${root}`));
  }
}

export function subresourceErrors(subresources: JsonObject | undefined, at: string, errors: Errors): void {
  const scale = obj(subresources, 'scale');
  if (scale === undefined) return;
  replicasPath(scale, 'specReplicasPath', 'spec', at, errors);
  replicasPath(scale, 'statusReplicasPath', 'status', at, errors);
  const selector = str(scale, 'labelSelectorPath');
  const place = `${at}.scale.labelSelectorPath`;
  if (selector === '' || !simplePath(selector, place, errors)) return;
  if (!/^\.(spec|status)\./.test(selector)) errors.push(invalid(place, selector, 'should be a json path under either .spec or .status'));
}

/** The schema that a simple path names; undefined when there is none. */
function follow(schema: Structural, path: string): Structural | undefined {
  let at: Structural | undefined = schema;
  for (const part of path.slice(1).split('.')) at = at?.properties.get(part) ?? at?.additional;
  return at;
}

const MAX_SELECTABLE = 8;

export function selectableErrors(version: JsonObject, schema: Structural, at: string, errors: Errors): void {
  const seen = new Set<string>();
  for (const [i, field] of objs(version, 'selectableFields').entries()) {
    const path = str(field, 'jsonPath');
    const place = `${items(at, i)}.jsonPath`;
    if (path === '') {
      errors.push(required(place));
      continue;
    }
    const problem = pathProblem(schema, path);
    if (problem !== '') {
      errors.push(invalid(place, path, `is an invalid path: ${problem}`));
      continue;
    }
    if (path.startsWith('.metadata.')) errors.push(invalid(place, path, 'must not point to fields in metadata'));
    if (!['string', 'boolean', 'integer'].includes(follow(schema, path)?.type ?? '')) {
      const words = 'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
      errors.push(invalid(place, path, words));
    }
    if (seen.has(path)) errors.push(duplicate(place, path));
    seen.add(path);
  }
  if (seen.size > MAX_SELECTABLE) errors.push(tooMany(at, seen.size, MAX_SELECTABLE));
}

function pathProblem(schema: Structural, path: string): string {
  if (path.includes('[')) return 'array notation is not allowed';
  if (!path.startsWith('.')) return `expected [ or . but got: ${path.split(/[.[\]]/)[0] ?? ''}`;
  return follow(schema, path) === undefined ? 'does not refer to a valid field' : '';
}

const REVIEW_VERSIONS = ['v1', 'v1beta1'];

function reviewVersionErrors(versions: readonly string[], at: string, errors: Errors): void {
  if (versions.length === 0) {
    errors.push(required(at));
    return;
  }
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) errors.push(invalid(items(at, i), version, 'duplicate version'));
    else for (const words of dns1035Label(version)) errors.push(invalid(items(at, i), version, words));
  }
  if (!versions.some((version) => REVIEW_VERSIONS.includes(version)))
    errors.push(invalid(at, [...versions], `must include at least one of ${REVIEW_VERSIONS.join(', ')}`));
}

export function conversionErrors(conversion: JsonObject | undefined, at: string, errors: Errors): void {
  if (conversion === undefined) return;
  const strategy = str(conversion, 'strategy');
  if (strategy === '') errors.push(required(`${at}.strategy`));
  else if (!['None', 'Webhook'].includes(strategy)) errors.push(notSupported(`${at}.strategy`, strategy, ['None', 'Webhook']));
  const webhook = obj(conversion, 'webhook');
  const config = obj(webhook, 'clientConfig');
  const versions = strs(webhook, 'conversionReviewVersions');
  if (strategy === 'Webhook') {
    const place = `${at}.webhookClientConfig`;
    if (config === undefined) errors.push(required(place, 'required when strategy is set to Webhook'));
    else if (given(config, 'url') === (obj(config, 'service') !== undefined))
      errors.push(required(place, 'exactly one of url or service is required'));
    else clientConfigErrors(config, place, errors);
    reviewVersionErrors(versions, `${at}.conversionReviewVersions`, errors);
    return;
  }
  const words = 'should not be set when strategy is not set to Webhook';
  if (config !== undefined) errors.push(forbidden(`${at}.webhookClientConfig`, words));
  if (versions.length > 0) errors.push(forbidden(`${at}.conversionReviewVersions`, words));
}
