import type { JsonObject, KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import type { AuthorizedRequest } from '../server/api-request.ts';
import type { UserInfo } from '../server/contract.ts';
import { type StatusCause, StatusError } from '../server/status-error.ts';
import { badRequest } from '../server/status-reasons.ts';
import type { Authenticator } from './authenticator.ts';
import type { AccessAttributes, Authorizer, PolicyRule } from './authorizer.ts';
import { ISSUER } from './service-account-tokens.ts';

/** What a review needs to know. */
export interface ReviewContext {
  readonly authorizer: Authorizer;
  readonly authenticator: Authenticator;
  /** RFC 3339. */
  readonly now: string;
}

type Review = (context: ReviewContext, request: AuthorizedRequest, body: KubeObject) => KubeObject;

const REVIEWS: Readonly<Record<string, Review>> = {
  'authentication.k8s.io/selfsubjectreviews': selfSubjectReview,
  'authentication.k8s.io/tokenreviews': tokenReview,
  'authorization.k8s.io/selfsubjectaccessreviews': selfSubjectAccessReview,
  'authorization.k8s.io/subjectaccessreviews': subjectAccessReview,
  'authorization.k8s.io/localsubjectaccessreviews': localSubjectAccessReview,
  'authorization.k8s.io/selfsubjectrulesreviews': selfSubjectRulesReview,
};

/** The review of a kind that is answered and not stored; undefined for other kinds. */
export function reviewOf(type: TypeInfo): Review | undefined {
  return REVIEWS[`${type.group}/${type.plural}`];
}

function selfSubjectReview(context: ReviewContext, request: AuthorizedRequest, body: KubeObject): KubeObject {
  return { ...body, metadata: { creationTimestamp: context.now }, status: { userInfo: userInfo(request.user) } };
}

function userInfo(user: UserInfo): JsonObject {
  return {
    username: user.username,
    ...(user.uid === undefined ? {} : { uid: user.uid }),
    groups: [...user.groups],
    ...(user.extra === undefined
      ? {}
      : { extra: Object.fromEntries(Object.entries(user.extra).map(([key, values]) => [key, [...values]])) }),
  };
}

function tokenReview(context: ReviewContext, _request: AuthorizedRequest, body: KubeObject): KubeObject {
  const spec = record(body['spec']);
  const token = typeof spec['token'] === 'string' ? spec['token'] : '';
  if (token === '') throw badRequest('token is required for TokenReview in authentication');
  const wanted = Array.isArray(spec['audiences']) && spec['audiences'].length > 0 ? spec['audiences'].map(String) : [ISSUER];
  const read = context.authenticator.fromToken(token);
  const audiences = read === undefined ? [] : wanted.filter((audience) => read.audiences.includes(audience));
  if (read === undefined) return { ...body, status: { error: 'invalid bearer token', user: {} } };
  if (audiences.length === 0) return { ...body, status: { error: wrongAudience(read.audiences, wanted), user: {} } };
  return { ...body, status: { authenticated: true, user: userInfo(read.user), audiences } };
}

function wrongAudience(of: readonly string[], wanted: readonly string[]): string {
  const list = (values: readonly string[]): string => `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
  return `[invalid bearer token, token audiences ${list(of)} is invalid for the target audiences ${list(wanted)}]`;
}

function selfSubjectAccessReview(context: ReviewContext, request: AuthorizedRequest, body: KubeObject): KubeObject {
  const spec = record(body['spec']);
  refuse(checkAttributes(spec));
  return decide(context, body, request.user, spec);
}

function subjectAccessReview(context: ReviewContext, _request: AuthorizedRequest, body: KubeObject): KubeObject {
  const spec = record(body['spec']);
  refuse(checkSubject(spec));
  return decide(context, body, subjectOf(spec), spec);
}

function localSubjectAccessReview(context: ReviewContext, request: AuthorizedRequest, body: KubeObject): KubeObject {
  const spec = record(body['spec']);
  const causes = checkSubject(spec);
  const namespace = record(spec['resourceAttributes'])['namespace'];
  if (namespace !== request.target.namespace) {
    causes.push({
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(namespace ?? '')}: must match metadata.namespace`,
      field: 'spec.resourceAttributes.namespace',
    });
  }
  refuse(causes);
  return decide(context, body, subjectOf(spec), spec);
}

function selfSubjectRulesReview(context: ReviewContext, request: AuthorizedRequest, body: KubeObject): KubeObject {
  const namespace = record(body['spec'])['namespace'];
  if (typeof namespace !== 'string' || namespace === '') throw badRequest('no namespace on request');
  const rules = context.authorizer.rulesFor(request.user, namespace);
  // The answer's spec is empty in the real server, which does not copy it.
  return {
    ...body,
    spec: {},
    status: {
      resourceRules: rules.filter(isResourceRule).map(resourceRule),
      nonResourceRules: rules.filter(isPathRule).map(pathRule),
      incomplete: false,
    },
  };
}

const isResourceRule = (rule: PolicyRule): boolean => (rule.resources ?? []).length > 0;
const isPathRule = (rule: PolicyRule): boolean => (rule.nonResourceURLs ?? []).length > 0;

function resourceRule(rule: PolicyRule): JsonObject {
  return {
    verbs: [...rule.verbs],
    ...(rule.apiGroups === undefined ? {} : { apiGroups: [...rule.apiGroups] }),
    ...(rule.resources === undefined ? {} : { resources: [...rule.resources] }),
    ...(rule.resourceNames === undefined || rule.resourceNames.length === 0 ? {} : { resourceNames: [...rule.resourceNames] }),
  };
}

function pathRule(rule: PolicyRule): JsonObject {
  return { verbs: [...rule.verbs], nonResourceURLs: [...(rule.nonResourceURLs ?? [])] };
}

function decide(context: ReviewContext, body: KubeObject, user: UserInfo, spec: Record<string, unknown>): KubeObject {
  const { allowed, reason } = context.authorizer.decide(user, attributesOf(spec));
  return { ...body, status: { allowed, ...(reason === '' ? {} : { reason }) } };
}

function attributesOf(spec: Record<string, unknown>): AccessAttributes {
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

function subjectOf(spec: Record<string, unknown>): UserInfo {
  return {
    username: typeof spec['user'] === 'string' ? spec['user'] : '',
    groups: Array.isArray(spec['groups']) ? spec['groups'].map(String) : [],
    ...(typeof spec['uid'] === 'string' ? { uid: spec['uid'] } : {}),
  };
}

function checkSubject(spec: Record<string, unknown>): StatusCause[] {
  const causes = checkAttributes(spec);
  const groups = Array.isArray(spec['groups']) ? spec['groups'] : [];
  if (!spec['user'] && groups.length === 0) {
    causes.push({
      reason: 'FieldValueInvalid',
      message: 'Invalid value: "": at least one of user or group must be specified',
      field: 'spec.user',
    });
  }
  return causes;
}

function checkAttributes(spec: Record<string, unknown>): StatusCause[] {
  const resource = spec['resourceAttributes'];
  const path = spec['nonResourceAttributes'];
  if (resource !== undefined && path !== undefined) {
    const { path: at = '', verb = '' } = record(path);
    const shown = `{"Path":${JSON.stringify(at)},"Verb":${JSON.stringify(verb)}}`;
    return [
      {
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${shown}: cannot be specified in combination with resourceAttributes`,
        field: 'spec.nonResourceAttributes',
      },
    ];
  }
  if (resource === undefined && path === undefined) {
    return [
      {
        reason: 'FieldValueInvalid',
        message: 'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
        field: 'spec.resourceAttributes',
      },
    ];
  }
  return [];
}

/** Reviews have no kind in their refusals. */
function refuse(causes: readonly StatusCause[]): void {
  if (causes.length === 0) return;
  const texts = causes.map((cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`);
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  throw new StatusError(422, 'Invalid', `.authorization.k8s.io "" is invalid: ${text ?? ''}`, {
    group: 'authorization.k8s.io',
    causes: [...causes],
  });
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
