import type { JsonObject, KubeObject } from '@caretaker/kube';
import type { CelPlace } from '../../cel/places.ts';
import type { KindRules } from '../kind-rules.ts';
import { expressionErrors } from '../parts/expressions.ts';
import { duplicate, invalid, notSupported, required, tooMany } from '../parts/field-errors.ts';
import { dns1035Label, dnsSubdomain, qualifiedName } from '../parts/formats.ts';
import { type Errors, format, given, items, members, num, obj, objs, optionalEnum, str, strs } from '../parts/read.ts';
import { selectorErrors } from '../parts/selectors.ts';

/** A name of at least three parts. */
function fullyQualified(name: string, at: string, errors: Errors): void {
  if (name === '') {
    errors.push(required(at));
    return;
  }
  const words = dnsSubdomain(name);
  if (words.length > 0) errors.push(invalid(at, name, words.join(',')));
  else if (name.split('.').length < 3) errors.push(invalid(at, name, 'should be a domain with at least three segments separated by dots'));
}

/** Where a webhook is: a URL or a service. */
export function clientConfigErrors(config: JsonObject | undefined, at: string, errors: Errors): void {
  const hasUrl = given(config, 'url');
  const service = obj(config, 'service');
  if (hasUrl === (service !== undefined)) {
    errors.push(required(at, 'exactly one of url or service is required'));
    return;
  }
  if (hasUrl) webhookUrl(str(config, 'url'), `${at}.url`, errors);
  if (service === undefined) return;
  // the server takes the one for the other
  if (str(service, 'namespace') === '') errors.push(required(`${at}.service.name`));
  if (str(service, 'name') === '') errors.push(required(`${at}.service.namespace`));
  const port = num(service, 'port') ?? 443;
  if (port < 1 || port > 65535)
    errors.push(invalid(`${at}.service.port`, port, 'port is not valid: must be between 1 and 65535, inclusive'));
  const path = str(service, 'path');
  if (path !== '/' && path !== '') pathErrors(path, `${at}.service.path`, errors);
}

function pathErrors(path: string, at: string, errors: Errors): void {
  if (path === '//') {
    errors.push(invalid(at, path, 'segment[0] may not be empty'));
    return;
  }
  if (!path.startsWith('/')) errors.push(invalid(at, path, "must start with a '/'"));
  for (const [i, step] of path.slice(1).replace(/\/$/, '').split('/').entries()) {
    if (step === '') errors.push(invalid(at, path, `segment[${i}] may not be empty`));
    else for (const words of dnsSubdomain(step)) errors.push(invalid(at, path, `segment[${i}]: ${words}`));
  }
}

const URL_FORM = '; desired format: https://host[/path]';

function webhookUrl(text: string, at: string, errors: Errors): void {
  const parts = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/(?:([^/?#]*)@)?([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s.exec(text);
  if (parts === null || /[\p{Cc} ]/u.test(text)) {
    errors.push(required(at, `url must be a valid URL: parse ${JSON.stringify(text)}: invalid URI for request${URL_FORM}`));
    return;
  }
  const [, scheme = '', user = '', host = '', query = '', fragment = ''] = parts;
  if (scheme !== 'https') errors.push(invalid(at, scheme, `'https' is the only allowed URL scheme${URL_FORM}`));
  if (host === '') errors.push(invalid(at, host, `host must be specified${URL_FORM}`));
  if (user !== '') errors.push(invalid(at, user, 'user information is not permitted in the URL'));
  if (fragment !== '') errors.push(invalid(at, fragment, 'fragments are not permitted in the URL'));
  if (query !== '') errors.push(invalid(at, query, 'query parameters are not permitted in the URL'));
}

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];

/** Patterns of resources must not cover each other. */
function resourcesErrors(resources: readonly string[], at: string, errors: Errors): void {
  if (resources.length === 0) errors.push(required(at));
  const wholeResources = new Set<string>();
  const wholeSubresources = new Set<string>();
  let lastIsPlain = false;
  for (const [i, pattern] of resources.entries()) {
    if (pattern === '') {
      errors.push(required(items(at, i)));
      continue;
    }
    const slash = pattern.indexOf('/');
    if (slash < 0) {
      lastIsPlain = pattern !== '*';
      continue;
    }
    const resource = pattern.slice(0, slash);
    const subresource = pattern.slice(slash + 1);
    const covered = (by: string): number =>
      errors.push(invalid(items(at, i), pattern, `if '${by}' is present, must not specify ${pattern}`));
    if (wholeResources.has(resource)) covered(`${resource}/*`);
    if (wholeSubresources.has(subresource)) covered(`*/${subresource}`);
    if (subresource === '*') wholeResources.add(resource);
    if (resource === '*') wholeSubresources.add(subresource);
  }
  const all = [...resources];
  if (resources.length > 1 && resources.includes('*/*'))
    errors.push(invalid(at, all, "if '*/*' is present, must not specify other resources"));
  if (resources.includes('*') && lastIsPlain)
    errors.push(invalid(at, all, "if '*' is present, must not specify other resources without subresources"));
}

/** A RuleWithOperations of a webhook or a policy. */
export function ruleErrors(rule: JsonObject, at: string, errors: Errors): void {
  const operations = strs(rule, 'operations');
  if (operations.length === 0) errors.push(required(`${at}.operations`));
  if (operations.length > 1 && operations.includes('*')) {
    errors.push(invalid(`${at}.operations`, operations, "if '*' is present, must not specify other operations"));
  }
  for (const [i, operation] of operations.entries()) {
    if (!OPERATIONS.includes(operation)) errors.push(notSupported(items(`${at}.operations`, i), operation, OPERATIONS));
  }
  for (const [name, words] of [
    ['apiGroups', 'groups'],
    ['apiVersions', 'versions'],
  ] as const) {
    const values = strs(rule, name);
    if (values.length === 0) errors.push(required(`${at}.${name}`));
    if (values.length > 1 && values.includes('*'))
      errors.push(invalid(`${at}.${name}`, values, `if '*' is present, must not specify other API ${words}`));
    if (name === 'apiVersions')
      for (const [i, value] of values.entries()) if (value === '') errors.push(required(items(`${at}.${name}`, i)));
  }
  resourcesErrors(strs(rule, 'resources'), `${at}.resources`, errors);
  optionalEnum(rule, 'scope', at, ['*', 'Cluster', 'Namespaced'], errors);
}

/** Conditions under which a webhook or a policy is asked at all. */
export function matchConditionsErrors(conditions: readonly JsonObject[], place: CelPlace, at: string, errors: Errors): void {
  if (conditions.length > 64) errors.push(tooMany(at, conditions.length, 64));
  const names = new Set<string>();
  for (const [i, condition] of conditions.entries()) {
    const path = items(at, i);
    const expression = str(condition, 'expression').trim();
    if (expression === '') errors.push(required(`${path}.expression`));
    else expressionErrors(expression, place, ['bool'], `${path}.expression`, errors);
    const name = str(condition, 'name');
    if (name === '') errors.push(required(`${path}.name`));
    else format(`${path}.name`, name, qualifiedName, errors);
    if (name !== '' && names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
  }
}

function webhook(hook: JsonObject, at: string, isMutating: boolean, errors: Errors): void {
  fullyQualified(str(hook, 'name'), `${at}.name`, errors);
  for (const [i, rule] of objs(hook, 'rules').entries()) ruleErrors(rule, items(`${at}.rules`, i), errors);
  optionalEnum(hook, 'failurePolicy', at, ['Fail', 'Ignore'], errors);
  optionalEnum(hook, 'matchPolicy', at, ['Equivalent', 'Exact'], errors);
  if (given(hook, 'sideEffects')) optionalEnum(hook, 'sideEffects', at, ['None', 'NoneOnDryRun'], errors);
  else errors.push(required(`${at}.sideEffects`, 'must specify one of None, NoneOnDryRun'));
  const seconds = num(hook, 'timeoutSeconds');
  if (seconds !== undefined && (seconds < 1 || seconds > 30)) {
    errors.push(invalid(`${at}.timeoutSeconds`, seconds, 'the timeout value must be between 1 and 30 seconds'));
  }
  selectorErrors(obj(hook, 'namespaceSelector'), `${at}.namespaceSelector`, errors);
  selectorErrors(obj(hook, 'objectSelector'), `${at}.objectSelector`, errors);
  if (isMutating) optionalEnum(hook, 'reinvocationPolicy', at, ['IfNeeded', 'Never'], errors);
  clientConfigErrors(obj(hook, 'clientConfig'), `${at}.clientConfig`, errors);
  matchConditionsErrors(objs(hook, 'matchConditions'), { authorizer: true }, `${at}.matchConditions`, errors);
}

function reviewVersions(hook: JsonObject, at: string, errors: Errors): void {
  const versions = strs(hook, 'admissionReviewVersions');
  const path = `${at}.admissionReviewVersions`;
  if (versions.length === 0) {
    errors.push(required(path, 'must specify one of v1, v1beta1'));
    return;
  }
  const seen = new Set<string>();
  for (const [i, version] of versions.entries()) {
    if (seen.has(version)) errors.push(invalid(items(path, i), version, 'duplicate version'));
    else for (const words of dns1035Label(version)) errors.push(invalid(items(path, i), version, words));
    seen.add(version);
  }
  if (!versions.some((version) => version === 'v1' || version === 'v1beta1'))
    errors.push(invalid(path, versions, 'must include at least one of v1, v1beta1'));
}

const configuration =
  (isMutating: boolean) =>
  (next: KubeObject, errors: Errors): void => {
    const names = new Set<string>();
    for (const [i, hook] of objs(members(next), 'webhooks').entries()) {
      const path = items('webhooks', i);
      webhook(hook, path, isMutating, errors);
      reviewVersions(hook, path, errors);
      const name = str(hook, 'name');
      if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
      names.add(name);
    }
  };

const rules = (isMutating: boolean): KindRules => {
  const create = configuration(isMutating);
  return { create, update: (next, _live, errors) => create(next, errors), order: 'create-only' };
};

export const WEBHOOK_RULES: Readonly<Record<string, KindRules>> = {
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': rules(false),
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': rules(true),
};
