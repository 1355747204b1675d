import type { JsonObject, KubeObject } from '@caretaker/kube';
import type { FieldError } from '../../schema/contract.ts';
import type { KindRules } from '../kind-rules.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../parts/field-errors.ts';
import { dnsLabel, dnsSubdomain } from '../parts/formats.ts';
import { printInternal } from '../parts/internal-json.ts';
import { type Errors, flag, format, given, items, num, obj, objs, size, specOf, str, strs, sub } from '../parts/read.ts';

const subdomain = (value: string): string[] => dnsSubdomain(value);

const MOST_PRECEDENCE = 10_000;
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];

/** The member that each kind of subject has. */
const SUBJECTS: Readonly<Record<string, string>> = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' };

function subject(one: JsonObject, at: string, errors: Errors): void {
  const kind = str(one, 'kind');
  const field = SUBJECTS[kind];
  if (field === undefined) {
    errors.push(notSupported(`${at}.kind`, kind, ['Group', 'ServiceAccount', 'User']));
    return;
  }
  const who = obj(one, field);
  if (who === undefined) errors.push(required(`${at}.${field}`, `${field} is required when subject kind is '${kind}'`));
  else if (kind === 'ServiceAccount') account(who, `${at}.${field}`, errors);
  else if (str(who, 'name') === '') errors.push(required(`${at}.${field}.name`));
  for (const [other, name] of [
    ['ServiceAccount', 'serviceAccount'],
    ['User', 'user'],
    ['Group', 'group'],
  ] as const) {
    if (other !== kind && given(one, name))
      errors.push(forbidden(`${at}.${name}`, `${name} is forbidden when subject kind is not '${other}'`));
  }
}

function account(who: JsonObject, at: string, errors: Errors): void {
  const name = str(who, 'name');
  if (name === '') errors.push(required(`${at}.name`));
  else if (name !== '*') format(`${at}.name`, name, subdomain, errors);
  const namespace = str(who, 'namespace');
  if (namespace === '') errors.push(required(`${at}.namespace`, 'must specify namespace for service account'));
  else format(`${at}.namespace`, namespace, dnsLabel, errors);
}

function verbs(rule: JsonObject, at: string, errors: Errors): void {
  const given = strs(rule, 'verbs');
  if (given.length === 0) errors.push(required(`${at}.verbs`, 'verbs must contain at least one value'));
  else if (given.includes('*')) lone(given, `${at}.verbs`, 'verbs', errors);
  else if (given.some((verb) => !VERBS.includes(verb))) errors.push(notSupported(`${at}.verbs`, given, VERBS));
}

/** `*` stands alone. */
function lone(values: readonly string[], at: string, what: string, errors: Errors): void {
  if (values.length > 1 && values.includes('*')) errors.push(invalid(at, [...values], `if '*' is present, must not specify other ${what}`));
}

function resourceRule(rule: JsonObject, at: string, errors: Errors): void {
  verbs(rule, at, errors);
  if (size(rule, 'apiGroups') === 0) errors.push(required(`${at}.apiGroups`, 'resource rules must supply at least one api group'));
  else lone(strs(rule, 'apiGroups'), `${at}.apiGroups`, 'api groups', errors);
  if (size(rule, 'resources') === 0) errors.push(required(`${at}.resources`, 'resource rules must supply at least one resource'));
  else lone(strs(rule, 'resources'), `${at}.resources`, 'resources', errors);
  const namespaces = strs(rule, 'namespaces');
  if (namespaces.length === 0 && !flag(rule, 'clusterScope')) {
    errors.push(required(`${at}.namespaces`, 'resource rules that are not cluster scoped must supply at least one namespace'));
  } else if (namespaces.includes('*')) lone(namespaces, `${at}.namespaces`, 'namespaces', errors);
  else {
    for (const [i, name] of namespaces.entries())
      for (const words of dnsLabel(name))
        errors.push(invalid(items(`${at}.namespaces`, i), name, `each member of this list must be '*' or a DNS-1123 label; ${words}`));
  }
}

function urlError(path: string, at: string): FieldError | undefined {
  if (path === '') return invalid(at, path, 'must not be empty');
  if (path === '/') return undefined;
  if (!path.startsWith('/')) return invalid(at, path, 'must start with slash');
  if (path.includes(' ')) return invalid(at, path, 'must not contain white-space');
  if (path.includes('//')) return invalid(at, path, 'must not contain double slash');
  const stars = path.split('*').length - 1;
  return stars > 1 || (stars === 1 && !path.endsWith('/*')) ? invalid(at, path, 'wildcard can only do suffix matching') : undefined;
}

function nonResourceRule(rule: JsonObject, at: string, errors: Errors): void {
  verbs(rule, at, errors);
  const urls = strs(rule, 'nonResourceURLs');
  if (urls.length === 0) errors.push(required(`${at}.nonResourceURLs`, 'nonResourceURLs must contain at least one value'));
  else if (urls.includes('*')) lone(urls, `${at}.nonResourceURLs`, 'non-resource URLs', errors);
  else {
    for (const [i, url] of urls.entries()) {
      const error = urlError(url, items(`${at}.nonResourceURLs`, i));
      if (error !== undefined) errors.push(error);
    }
  }
}

function flowSchema(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  const precedence = num(spec, 'matchingPrecedence') ?? 0;
  const at = 'spec.matchingPrecedence';
  if (precedence <= 0) errors.push(invalid(at, precedence, 'must be a positive value'));
  if (precedence > MOST_PRECEDENCE) errors.push(invalid(at, precedence, `must not be greater than ${MOST_PRECEDENCE}`));
  if (precedence === 1 && next.metadata.name !== 'exempt')
    errors.push(invalid(at, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"));
  const method = obj(spec, 'distinguisherMethod');
  if (method !== undefined && !['ByNamespace', 'ByUser'].includes(str(method, 'type'))) {
    const shown = printInternal('flowcontrol.FlowDistinguisherMethod', method);
    errors.push(notSupported('spec.distinguisherMethod.type', shown, ['ByNamespace', 'ByUser']));
  }
  const level = str(sub(spec, 'priorityLevelConfiguration'), 'name');
  if (level !== '') format('spec.priorityLevelConfiguration.name', level, subdomain, errors);
  else errors.push(required('spec.priorityLevelConfiguration.name', 'must reference a priority level'));
  for (const [i, rule] of objs(spec, 'rules').entries()) {
    const path = items('spec.rules', i);
    if (size(rule, 'subjects') === 0) errors.push(required(`${path}.subjects`, 'subjects must contain at least one value'));
    for (const [j, one] of objs(rule, 'subjects').entries()) subject(one, items(`${path}.subjects`, j), errors);
    if (size(rule, 'resourceRules') + size(rule, 'nonResourceRules') === 0)
      errors.push(required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty'));
    for (const [j, one] of objs(rule, 'resourceRules').entries()) resourceRule(one, items(`${path}.resourceRules`, j), errors);
    for (const [j, one] of objs(rule, 'nonResourceRules').entries()) nonResourceRule(one, items(`${path}.nonResourceRules`, j), errors);
  }
}

const MOST_QUEUES = 10_000_000;
const HASH_BITS = 60;

function queuing(queues: JsonObject, at: string, errors: Errors): void {
  const limit = num(queues, 'queueLengthLimit') ?? 0;
  const count = num(queues, 'queues') ?? 0;
  const hand = num(queues, 'handSize') ?? 0;
  if (limit <= 0) errors.push(invalid(`${at}.queueLengthLimit`, limit, 'must be positive'));
  if (count <= 0) errors.push(invalid(`${at}.queues`, count, 'must be positive'));
  else if (count > MOST_QUEUES) errors.push(invalid(`${at}.queues`, count, `must not be greater than ${MOST_QUEUES}`));
  if (hand <= 0) errors.push(invalid(`${at}.handSize`, hand, 'must be positive'));
  else if (hand > count) errors.push(invalid(`${at}.handSize`, hand, `should not be greater than queues (${count})`));
  else if (Math.ceil(Math.log2(count) * hand) > HASH_BITS) {
    const words = `required entropy bits of deckSize ${count} and handSize ${hand} should not be greater than ${HASH_BITS}`;
    errors.push(invalid(`${at}.handSize`, hand, words));
  }
}

function lendable(limits: JsonObject, at: string, errors: Errors): void {
  const percent = num(limits, 'lendablePercent');
  if (percent !== undefined && (percent < 0 || percent > 100))
    errors.push(invalid(`${at}.lendablePercent`, percent, 'must be between 0 and 100, inclusive'));
}

function shares(limits: JsonObject, at: string, errors: Errors): void {
  const value = num(limits, 'nominalConcurrencyShares');
  if (value !== undefined && value < 0) errors.push(invalid(`${at}.nominalConcurrencyShares`, value, 'must be a non-negative integer'));
}

function limited(limits: JsonObject, at: string, errors: Errors): void {
  shares(limits, at, errors);
  const response = sub(limits, 'limitResponse');
  const type = str(response, 'type');
  const path = `${at}.limitResponse`;
  const queues = obj(response, 'queuing');
  if (type === 'Reject') {
    if (queues !== undefined) errors.push(forbidden(`${path}.queuing`, 'must be nil if limited.limitResponse.type is not Limited'));
  } else if (type === 'Queue') {
    if (queues === undefined) errors.push(required(`${path}.queuing`, 'must not be empty if limited.limitResponse.type is Limited'));
    else queuing(queues, `${path}.queuing`, errors);
  } else if (type === '') errors.push(required(`${path}.type`));
  else errors.push(notSupported(`${path}.type`, type, ['Queue', 'Reject']));
  lendable(limits, at, errors);
  const borrowing = num(limits, 'borrowingLimitPercent');
  if (borrowing !== undefined && borrowing < 0)
    errors.push(invalid(`${at}.borrowingLimitPercent`, borrowing, 'if specified, must be a non-negative integer'));
}

function priorityLevel(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  const type = str(spec, 'type');
  if ((next.metadata.name === 'exempt') !== (type === 'Exempt'))
    errors.push(invalid('spec.type', type, "must be 'Exempt' if and only if `name` is 'exempt'"));
  const [limits, exempt] = [obj(spec, 'limited'), obj(spec, 'exempt')];
  if (type === 'Exempt') {
    if (limits !== undefined) errors.push(forbidden('spec.limited', 'must be nil if the type is not Limited'));
    if (exempt === undefined) return;
    shares(exempt, 'spec.exempt', errors);
    lendable(exempt, 'spec.exempt', errors);
  } else if (type === 'Limited') {
    if (exempt !== undefined) errors.push(forbidden('spec.exempt', 'must be nil if the type is Limited'));
    if (limits === undefined) errors.push(required('spec.limited', 'must not be empty when type is Limited'));
    else limited(limits, 'spec.limited', errors);
  } else if (type === '') errors.push(required('spec.type'));
  else errors.push(notSupported('spec.type', type, ['Exempt', 'Limited']));
}

/** Conditions of a status, each of a type and once. */
function conditions(next: KubeObject, _live: KubeObject, errors: Errors): void {
  const types = objs(sub(next as unknown as JsonObject, 'status'), 'conditions').map((condition) => str(condition, 'type'));
  for (const [i, type] of types.entries()) {
    if (types.indexOf(type) < i) errors.push(duplicate(`status.conditions[${i}].type`, type));
    if (type === '') errors.push(required(`status.conditions[${i}].type`));
  }
}

export const FLOW_CONTROL_RULES: Readonly<Record<string, KindRules>> = {
  'flowcontrol.apiserver.k8s.io/FlowSchema': {
    order: 'create-only',
    create: flowSchema,
    update: (next, _live, errors) => flowSchema(next, errors),
    status: conditions,
  },
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration': {
    create: priorityLevel,
    update: (next, _live, errors) => priorityLevel(next, errors),
    status: conditions,
  },
};
