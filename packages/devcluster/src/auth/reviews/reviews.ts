import type { JsonObject, KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../../schema/contract.ts';
import { badRequest } from '../../server/answers/status-reasons.ts';
import type { AuthorizedRequest } from '../../server/api-request.ts';
import type { UserInfo } from '../../server/contract.ts';
import type { Authenticator } from '../authenticator.ts';
import type { Authorizer, PolicyRule } from '../authorizer.ts';
import { ISSUER } from '../service-account-tokens.ts';
import { accessReviewErrors, attributesOf, refuseReview, selectorProblems } from './access.ts';

/** What a review needs to know. */
export interface ReviewContext {
  readonly authorizer: Authorizer;
  readonly authenticator: Authenticator;
  /** RFC 3339. */
  readonly now: string;
  /** The review with the managedFields that it would get. */
  readonly tracked: () => KubeObject;
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
  const refuse = (why?: string): KubeObject => {
    const error = why === undefined ? 'invalid bearer token' : `[invalid bearer token, ${why}]`;
    return { ...body, status: { error, user: {} } };
  };
  const read = context.authenticator.fromToken(token);
  if (read === undefined) return refuse();
  if ('problem' in read) return refuse(read.problem);
  const audiences = wanted.filter((audience) => read.audiences.includes(audience));
  if (audiences.length > 0) return { ...body, status: { authenticated: true, user: userInfo(read.user), audiences } };
  return read.given === true ? refuse() : refuse(wrongAudience(read.audiences, wanted));
}

function wrongAudience(of: readonly string[], wanted: readonly string[]): string {
  const list = (values: readonly string[]): string => `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
  return `token audiences ${list(of)} is invalid for the target audiences ${list(wanted)}`;
}

function selfSubjectAccessReview(context: ReviewContext, request: AuthorizedRequest, body: KubeObject): KubeObject {
  const spec = record(body['spec']);
  refuseReview(accessReviewErrors(body, context.tracked, { subject: false, namespace: undefined }));
  return decide(context, body, request.user, spec);
}

function subjectAccessReview(context: ReviewContext, _request: AuthorizedRequest, body: KubeObject): KubeObject {
  const spec = record(body['spec']);
  refuseReview(accessReviewErrors(body, context.tracked, { subject: true, namespace: undefined }));
  return decide(context, body, subjectOf(spec), spec);
}

function localSubjectAccessReview(context: ReviewContext, request: AuthorizedRequest, body: KubeObject): KubeObject {
  const spec = record(body['spec']);
  refuseReview(accessReviewErrors(body, context.tracked, { subject: true, namespace: request.target.namespace ?? '' }));
  return decide(context, body, subjectOf(spec), spec);
}

function selfSubjectRulesReview(context: ReviewContext, request: AuthorizedRequest, body: KubeObject): KubeObject {
  const namespace = record(body['spec'])['namespace'];
  if (typeof namespace !== 'string' || namespace === '') throw badRequest('no namespace on request');
  const { rules, problem } = context.authorizer.rulesFor(request.user, namespace);
  // The answer's spec is empty in the real server, which does not copy it.
  return {
    ...body,
    spec: {},
    status: {
      resourceRules: rules.filter(isResourceRule).map(resourceRule),
      nonResourceRules: rules.filter(isPathRule).map(pathRule),
      incomplete: false,
      ...(problem === '' ? {} : { evaluationError: problem }),
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
  const evaluationError = selectorProblems(record(spec['resourceAttributes']));
  const why = { ...(reason === '' ? {} : { reason }), ...(evaluationError === '' ? {} : { evaluationError }) };
  return { ...body, status: { allowed, ...why } };
}

function subjectOf(spec: Record<string, unknown>): UserInfo {
  return {
    username: typeof spec['user'] === 'string' ? spec['user'] : '',
    groups: Array.isArray(spec['groups']) ? spec['groups'].map(String) : [],
    ...(typeof spec['uid'] === 'string' ? { uid: spec['uid'] } : {}),
  };
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
