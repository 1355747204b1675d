import type { KubeObject } from '@caretaker/kube';
import type { UserInfo } from '../server/contract.ts';
import type { Store } from '../storage/store.ts';
import type { AccessAttributes, AccessDecision, Authorizer, PolicyRule } from './authorizer.ts';
import { MASTERS, parseServiceAccount } from './user.ts';

const GROUP = 'rbac.authorization.k8s.io';
const DENIED: AccessDecision = { allowed: false, reason: '' };

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** A binding's parts, parsed once per stored object. */
interface ParsedBinding {
  readonly subjects: readonly Subject[];
  readonly role: { readonly kind: string; readonly name: string };
}

const rulesCache = new WeakMap<KubeObject, readonly PolicyRule[]>();
const bindingCache = new WeakMap<KubeObject, ParsedBinding>();

/** RBAC over the stored roles and bindings; system:masters may do everything. */
export class RbacAuthorizer implements Authorizer {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  decide(user: UserInfo, attributes: AccessAttributes): AccessDecision {
    if (user.groups.includes(MASTERS)) return { allowed: true, reason: '' };
    for (const { binding, rules, subject, cluster } of this.#bindingsOf(user, attributes.namespace ?? '')) {
      if (rules.some((rule) => allows(rule, attributes))) return { allowed: true, reason: reasonOf(binding, subject, cluster) };
    }
    return DENIED;
  }

  rulesFor(user: UserInfo, namespace: string): readonly PolicyRule[] {
    const rules: PolicyRule[] = [];
    for (const bound of this.#bindingsOf(user, namespace)) rules.push(...bound.rules);
    return rules;
  }

  /** Bindings that name the user, cluster-wide ones first, with the rules they give. */
  *#bindingsOf(
    user: UserInfo,
    namespace: string,
  ): Generator<{ binding: KubeObject; rules: readonly PolicyRule[]; subject: Subject; cluster: boolean }> {
    for (const binding of this.#store.table(`${GROUP}/clusterrolebindings`).values()) {
      const subject = subjectOf(binding, user, '');
      if (subject !== undefined) yield { binding, rules: this.#rulesOf(binding, ''), subject, cluster: true };
    }
    if (namespace === '') return;
    for (const binding of this.#store.table(`${GROUP}/rolebindings`).values(namespace)) {
      const subject = subjectOf(binding, user, namespace);
      if (subject !== undefined) yield { binding, rules: this.#rulesOf(binding, namespace), subject, cluster: false };
    }
  }

  #rulesOf(binding: KubeObject, namespace: string): readonly PolicyRule[] {
    const { role } = parseBinding(binding);
    const table = role.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
    const object = this.#store.table(`${GROUP}/${table}`).get(role.kind === 'ClusterRole' ? '' : namespace, role.name);
    return object === undefined ? [] : rulesOfRole(object);
  }
}

/** The rules of a Role or ClusterRole. */
export function rulesOfRole(role: KubeObject): readonly PolicyRule[] {
  let rules = rulesCache.get(role);
  if (rules === undefined) {
    rules = (Array.isArray(role['rules']) ? role['rules'] : []).map(parseRule);
    rulesCache.set(role, rules);
  }
  return rules;
}

function parseRule(rule: unknown): PolicyRule {
  const texts = (key: string): string[] | undefined => {
    const value: unknown = rule !== null && typeof rule === 'object' ? Reflect.get(rule, key) : undefined;
    return Array.isArray(value) ? value.map(String) : undefined;
  };
  const out: { -readonly [Key in keyof PolicyRule]: PolicyRule[Key] } = { verbs: texts('verbs') ?? [] };
  for (const key of ['apiGroups', 'resources', 'resourceNames', 'nonResourceURLs'] as const) {
    const value = texts(key);
    if (value !== undefined) out[key] = value;
  }
  return out;
}

function parseBinding(binding: KubeObject): ParsedBinding {
  let parsed = bindingCache.get(binding);
  if (parsed === undefined) {
    const subjects = Array.isArray(binding['subjects']) ? binding['subjects'] : [];
    parsed = { subjects: subjects.map(parseSubject), role: parseSubject(binding['roleRef']) };
    bindingCache.set(binding, parsed);
  }
  return parsed;
}

function parseSubject(value: unknown): Subject {
  const text = (key: string): string => {
    const member: unknown = value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined;
    return typeof member === 'string' ? member : '';
  };
  return { kind: text('kind'), name: text('name'), namespace: text('namespace') };
}

function subjectOf(binding: KubeObject, user: UserInfo, namespace: string): Subject | undefined {
  return parseBinding(binding).subjects.find((subject) => {
    if (subject.kind === 'User') return subject.name === user.username;
    if (subject.kind === 'Group') return user.groups.includes(subject.name);
    if (subject.kind !== 'ServiceAccount') return false;
    const account = parseServiceAccount(user.username);
    return account !== undefined && account.name === subject.name && account.namespace === (subject.namespace || namespace);
  });
}

/** Does a rule cover a request? */
export function allows(rule: PolicyRule, attributes: AccessAttributes): boolean {
  if (!rule.verbs.includes('*') && !rule.verbs.includes(attributes.verb)) return false;
  if (attributes.path !== undefined) return (rule.nonResourceURLs ?? []).some((pattern) => pathMatches(pattern, attributes.path ?? ''));
  const groups = rule.apiGroups ?? [];
  if (!groups.includes('*') && !groups.includes(attributes.group ?? '')) return false;
  if (!resourceMatches(rule.resources ?? [], attributes.resource ?? '', attributes.subresource ?? '')) return false;
  const names = rule.resourceNames ?? [];
  return names.length === 0 || names.includes(attributes.name ?? '');
}

function resourceMatches(resources: readonly string[], resource: string, subresource: string): boolean {
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  return resources.some((each) => each === '*' || each === combined || (subresource !== '' && each === `*/${subresource}`));
}

function pathMatches(pattern: string, path: string): boolean {
  if (pattern === '*' || pattern === path) return true;
  return pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, ''));
}

function reasonOf(binding: KubeObject, subject: Subject, cluster: boolean): string {
  const { role } = parseBinding(binding);
  const name = binding.metadata.name ?? '';
  const full = cluster ? name : `${name}/${binding.metadata.namespace ?? ''}`;
  const who =
    subject.kind === 'ServiceAccount'
      ? `${subject.kind} "${subject.name}/${subject.namespace}"`
      : `${subject.kind} ${JSON.stringify(subject.name)}`;
  return `RBAC: allowed by ${cluster ? 'ClusterRoleBinding' : 'RoleBinding'} ${JSON.stringify(full)} of ${role.kind} ${JSON.stringify(role.name)} to ${who}`;
}
