import type { KubeObject } from '@caretaker/kube';
import type { UserInfo } from '../server/contract.ts';
import type { ResourceTable } from '../storage/resource-table.ts';
import type { Store } from '../storage/store.ts';
import type { AccessAttributes, AccessDecision, Authorizer, PolicyRule, RulesFound } from './authorizer.ts';
import { MASTERS, parseServiceAccount } from './user.ts';

const GROUP = 'rbac.authorization.k8s.io';
const DENIED: AccessDecision = { allowed: false, reason: '' };

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** What counts of a binding. */
interface Binding {
  readonly name: string;
  readonly namespace: string;
  readonly subjects: readonly Subject[];
  readonly role: { readonly kind: string; readonly name: string };
}

const rulesCache = new WeakMap<KubeObject, readonly PolicyRule[]>();

/** The bindings of a table by namespace, in order of names, read again after a change. */
class Bindings {
  readonly #table: ResourceTable;
  readonly #byNamespace = new Map<string, readonly Binding[]>();

  constructor(table: ResourceTable) {
    this.#table = table;
    table.listen((event) => this.#byNamespace.delete(event.namespace));
  }

  in(namespace: string): readonly Binding[] {
    let bindings = this.#byNamespace.get(namespace);
    if (bindings === undefined) {
      bindings = Array.from(this.#table.values(namespace), parseBinding);
      this.#byNamespace.set(namespace, bindings);
    }
    return bindings;
  }
}

/** RBAC over the stored roles and bindings; system:masters may do everything. */
export class RbacAuthorizer implements Authorizer {
  readonly #store: Store;
  readonly #clusterWide: Bindings;
  readonly #namespaced: Bindings;

  constructor(store: Store) {
    this.#store = store;
    this.#clusterWide = new Bindings(store.table(`${GROUP}/clusterrolebindings`));
    this.#namespaced = new Bindings(store.table(`${GROUP}/rolebindings`));
  }

  decide(user: UserInfo, attributes: AccessAttributes): AccessDecision {
    if (user.groups.includes(MASTERS)) return { allowed: true, reason: '' };
    const missing: string[] = [];
    for (const { binding, rules, subject, cluster } of this.#bindingsOf(user, attributes.namespace ?? '')) {
      if (rules === undefined) missing.push(missingRole(binding));
      else if (rules.some((rule) => allows(rule, attributes))) return { allowed: true, reason: reasonOf(binding, subject, cluster) };
    }
    return missing.length === 0 ? DENIED : { allowed: false, reason: `RBAC: ${aggregate(missing)}` };
  }

  rulesFor(user: UserInfo, namespace: string): RulesFound {
    const rules: PolicyRule[] = [];
    const missing: string[] = [];
    for (const bound of this.#bindingsOf(user, namespace)) {
      if (bound.rules === undefined) missing.push(missingRole(bound.binding));
      else rules.push(...bound.rules);
    }
    return { rules, problem: aggregate(missing) };
  }

  /** Bindings that name the user, cluster-wide ones first, with the rules they give; none when the role is missing. */
  *#bindingsOf(
    user: UserInfo,
    namespace: string,
  ): Generator<{ binding: Binding; rules: readonly PolicyRule[] | undefined; subject: Subject; cluster: boolean }> {
    for (const binding of this.#clusterWide.in('')) {
      const subject = subjectOf(binding, user, '');
      if (subject !== undefined) yield { binding, rules: this.#rulesOf(binding, ''), subject, cluster: true };
    }
    if (namespace === '') return;
    for (const binding of this.#namespaced.in(namespace)) {
      const subject = subjectOf(binding, user, namespace);
      if (subject !== undefined) yield { binding, rules: this.#rulesOf(binding, namespace), subject, cluster: false };
    }
  }

  #rulesOf({ role }: Binding, namespace: string): readonly PolicyRule[] | undefined {
    const table = role.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
    const object = this.#store.table(`${GROUP}/${table}`).get(role.kind === 'ClusterRole' ? '' : namespace, role.name);
    return object === undefined ? undefined : rulesOfRole(object);
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

function parseBinding(binding: KubeObject): Binding {
  const { name = '', namespace = '' } = binding.metadata;
  const subjects = Array.isArray(binding['subjects']) ? binding['subjects'] : [];
  return { name, namespace, subjects: subjects.map(parseSubject), role: parseSubject(binding['roleRef']) };
}

function parseSubject(value: unknown): Subject {
  const text = (key: string): string => {
    const member: unknown = value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined;
    return typeof member === 'string' ? member : '';
  };
  return { kind: text('kind'), name: text('name'), namespace: text('namespace') };
}

function subjectOf(binding: Binding, user: UserInfo, namespace: string): Subject | undefined {
  return binding.subjects.find((subject) => {
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

function missingRole({ role }: Binding): string {
  return `${role.kind.toLowerCase()}.${GROUP} ${JSON.stringify(role.name)} not found`;
}

/** Several errors as one: each once, in brackets. */
function aggregate(texts: readonly string[]): string {
  const each = [...new Set(texts)];
  return each.length === 1 ? (each[0] ?? '') : each.length === 0 ? '' : `[${each.join(', ')}]`;
}

function reasonOf({ name, namespace, role }: Binding, subject: Subject, cluster: boolean): string {
  const full = cluster ? name : `${name}/${namespace}`;
  const who =
    subject.kind === 'ServiceAccount'
      ? `${subject.kind} "${subject.name}/${subject.namespace}"`
      : `${subject.kind} ${JSON.stringify(subject.name)}`;
  return `RBAC: allowed by ${cluster ? 'ClusterRoleBinding' : 'RoleBinding'} ${JSON.stringify(full)} of ${role.kind} ${JSON.stringify(role.name)} to ${who}`;
}
