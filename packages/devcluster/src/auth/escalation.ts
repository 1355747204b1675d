import type { UserInfo } from '../server/contract.ts';
import type { PolicyRule } from './authorizer.ts';

/** Which of the rights that rules give are not among those that an owner has; each is one verb on one thing. */
export function missingRights(owned: readonly PolicyRule[], granted: readonly PolicyRule[]): PolicyRule[] {
  return granted.flatMap(breakDown).filter((right) => !owned.some((rule) => covers(rule, right)));
}

/** The refusal of who grants more than they have. */
export function escalationMessage(user: UserInfo, missing: readonly PolicyRule[]): string {
  const groups = `[${user.groups.map((group) => JSON.stringify(group)).join(' ')}]`;
  const lines = [...new Set(compact(missing).map(describe))].sort();
  return `user ${JSON.stringify(user.username)} (groups=${groups}) is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`;
}

function breakDown(rule: PolicyRule): PolicyRule[] {
  const rights: PolicyRule[] = [];
  for (const group of rule.apiGroups ?? []) {
    for (const resource of rule.resources ?? []) {
      for (const verb of rule.verbs) {
        const right = { apiGroups: [group], resources: [resource], verbs: [verb] };
        const names = rule.resourceNames ?? [];
        if (names.length === 0) rights.push(right);
        for (const name of names) rights.push({ ...right, resourceNames: [name] });
      }
    }
  }
  for (const url of rule.nonResourceURLs ?? []) for (const verb of rule.verbs) rights.push({ nonResourceURLs: [url], verbs: [verb] });
  return rights;
}

function covers(owner: PolicyRule, right: PolicyRule): boolean {
  const ownerNames = owner.resourceNames ?? [];
  const names = right.resourceNames ?? [];
  return (
    hasAll(owner.verbs, right.verbs) &&
    hasAll(owner.apiGroups ?? [], right.apiGroups ?? []) &&
    (right.resources ?? []).every((resource) => resourceCovered(owner.resources ?? [], resource)) &&
    (right.nonResourceURLs ?? []).every((url) => (owner.nonResourceURLs ?? []).some((pattern) => urlCovers(pattern, url))) &&
    (ownerNames.length === 0 || (names.length > 0 && names.every((name) => ownerNames.includes(name))))
  );
}

function hasAll(owned: readonly string[], wanted: readonly string[]): boolean {
  return owned.includes('*') || wanted.every((value) => owned.includes(value));
}

function resourceCovered(owned: readonly string[], resource: string): boolean {
  if (owned.includes('*') || owned.includes(resource)) return true;
  const slash = resource.indexOf('/');
  return slash >= 0 && owned.includes(`*/${resource.slice(slash + 1)}`);
}

function urlCovers(pattern: string, url: string): boolean {
  return pattern === url || (pattern.endsWith('*') && url.startsWith(pattern.replace(/\*+$/, '')));
}

/** Rights on the same thing as one rule with all their verbs. */
function compact(rights: readonly PolicyRule[]): PolicyRule[] {
  const merged = new Map<string, PolicyRule>();
  const out: PolicyRule[] = [];
  for (const right of rights) {
    if (right.nonResourceURLs !== undefined) {
      out.push(right);
      continue;
    }
    const key = JSON.stringify([right.apiGroups, right.resources, right.resourceNames]);
    const known = merged.get(key);
    merged.set(key, known === undefined ? right : { ...known, verbs: [...known.verbs, ...right.verbs] });
  }
  return [...out, ...merged.values()];
}

/** A rule as Go prints it: `{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}`. */
function describe(rule: PolicyRule): string {
  const list = (values: readonly string[]): string => `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
  const parts: [string, readonly string[] | undefined][] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  return `{${parts.flatMap(([name, values]) => (values === undefined || values.length === 0 ? [] : [`${name}:${list(values)}`])).join(', ')}}`;
}
