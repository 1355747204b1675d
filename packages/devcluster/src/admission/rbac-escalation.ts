import type { KubeObject } from '@caretaker/kube';
import type { Authorizer, PolicyRule } from '../auth/authorizer.ts';
import { escalationMessage, missingRights } from '../auth/escalation.ts';
import { rulesOfRole } from '../auth/rbac.ts';
import { MASTERS } from '../auth/user.ts';
import { aboutType, forbidden, notFound } from '../server/answers/status-reasons.ts';
import { deepEqual } from '../server/writes/deep-equal.ts';
import type { Store } from '../storage/store.ts';
import type { AdmissionPlugin, AdmissionRequest } from './contract.ts';
import { member, textOf } from './json-members.ts';

const GROUP = 'rbac.authorization.k8s.io';
const FULL: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/** Nobody grants what they do not have: roles need `escalate`, bindings `bind`, or the rights themselves. */
export function rbacEscalation(store: Store, authorizer: Authorizer): AdmissionPlugin {
  return {
    name: 'RBACEscalation',
    mutate(request) {
      const { object, type } = request;
      if (type.group !== GROUP || object === undefined || request.user.groups.includes(MASTERS)) return;
      if (request.oldObject !== undefined && onlyCollectorFields(object, request.oldObject)) return;
      if (type.plural === 'roles' || type.plural === 'clusterroles') checkRole(authorizer, request, object);
      else checkBinding(store, authorizer, request, object);
    },
  };
}

function checkRole(authorizer: Authorizer, request: AdmissionRequest, role: KubeObject): void {
  const { type, user } = request;
  const target = { group: GROUP, resource: type.plural, namespace: request.namespace, name: request.name };
  if (authorizer.decide(user, { ...target, verb: 'escalate' }).allowed) return;
  const owned = authorizer.rulesFor(user, request.namespace).rules;
  refuse(request, owned, rulesOfRole(role));
  const aggregates = [role, request.oldObject].some((each) => Object.keys(member(each, 'aggregationRule')).length > 0);
  if (aggregates && missingRights(owned, FULL).length > 0) {
    throw forbidden(aboutType(type), request.name, 'must have cluster-admin privileges to use the aggregationRule');
  }
}

function checkBinding(store: Store, authorizer: Authorizer, request: AdmissionRequest, binding: KubeObject): void {
  const { user, namespace } = request;
  const reference = member(binding, 'roleRef');
  const name = textOf(reference['name']);
  const cluster = reference['kind'] === 'ClusterRole';
  const plural = cluster ? 'clusterroles' : 'roles';
  if (authorizer.decide(user, { verb: 'bind', group: GROUP, resource: plural, namespace, name }).allowed) return;
  const role = store.table(`${GROUP}/${plural}`).get(cluster ? '' : namespace, name);
  // the refusal names the kind of the binding, not the role's
  if (role === undefined) throw notFound(aboutType(request.type), name);
  refuse(request, authorizer.rulesFor(user, namespace).rules, rulesOfRole(role));
}

function refuse(request: AdmissionRequest, owned: readonly PolicyRule[], granted: readonly PolicyRule[]): void {
  const missing = missingRights(owned, granted);
  if (missing.length > 0) throw forbidden(aboutType(request.type), request.name, escalationMessage(request.user, missing));
}

/** A change of finalizers and owners only grants nothing. */
function onlyCollectorFields(next: KubeObject, old: KubeObject): boolean {
  const bare = (object: KubeObject): unknown => {
    const {
      finalizers: _finalizers,
      ownerReferences: _owners,
      managedFields: _fields,
      resourceVersion: _version,
      ...metadata
    } = object.metadata;
    return { ...object, metadata };
  };
  return deepEqual(bare(next), bare(old));
}
