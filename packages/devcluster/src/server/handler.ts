import { accessDenied } from '../auth/access-denied.ts';
import type { AccessAttributes } from '../auth/authorizer.ts';
import { type Answer, asAccepted, statusAnswer } from './answers/answer.ts';
import { toStatusError } from './answers/faults.ts';
import { asWished } from './answers/indented.ts';
import { withWarnings } from './answers/view.ts';
import type { ApiRequest } from './api-request.ts';
import type { UserInfo } from './contract.ts';
import { answerPath } from './handlers/answer-path.ts';
import { answerResource } from './handlers/answer-resource.ts';
import { parseBoolean } from './options/list-options.ts';
import { checkTimeout } from './options/request-timeout.ts';
import type { ServerParts } from './parts.ts';
import type { RequestLabels } from './request-metrics.ts';
import { decodePath, parsePath, type RequestPath } from './request-path.ts';

/** Answers one request and counts it. Never throws. */
export async function handleRequest(parts: ServerParts, request: ApiRequest): Promise<Answer> {
  const { clock } = parts.core;
  const from = clock.monotonic();
  const seen: Seen = {};
  const answer = asWished(await answerRequest(parts, request, seen), request);
  if (seen.by !== undefined) parts.audit?.({ ...seen.by, request, status: answer.status });
  if (seen.labels !== undefined) parts.requests.observe(seen.labels, answer.status, (clock.monotonic() - from) / 1000);
  return answer;
}

/** What a request turned out to be about; no labels: no resource, or a watch. */
interface Seen {
  labels?: RequestLabels;
  by?: { user: UserInfo; attributes: AccessAttributes };
}

function labelsOf(target: RequestPath, verb: string): Seen {
  if (target.kind === 'non-resource' || verb === 'watch') return {};
  const { group, version, resource, subresource = '', namespace, name } = target;
  const scope = name === undefined ? (namespace === undefined ? 'cluster' : 'namespace') : 'resource';
  return { labels: { verb: METRIC_VERBS[verb] ?? verb.toUpperCase(), group, version, resource, subresource, scope } };
}

const METRIC_VERBS: Readonly<Record<string, string>> = { create: 'POST', update: 'PUT' };

/** Authentication, impersonation, authorization, then the path's own handler. Never throws. */
async function answerRequest(parts: ServerParts, sent: ApiRequest, seen: Seen): Promise<Answer> {
  // an encoded slash is a slash
  const request = sent.path.includes('%') ? { ...sent, path: decodePath(sent.path) } : sent;
  // a refusal carries the warnings that came before it
  const warnings: string[] = [];
  try {
    const fault = parts.core.faults.request?.(request);
    if (fault !== undefined) throw fault;
    checkTimeout(request.query.get('timeout'));
    const target = parsePath(request.path);
    const verb = verbOf(request, target);
    Object.assign(seen, labelsOf(target, verb));
    const requestor = request.user ?? parts.authenticator.of(request, (text) => warnings.push(text));
    const attributes = attributesOf(request, target, verb);
    const user = parts.impersonator.resolve(requestor, request.headers, attributes);
    if (parts.audit !== undefined) seen.by = { user, attributes };
    const decision = parts.core.authorizer.decide(user, attributes);
    if (!decision.allowed) throw accessDenied(user, attributes, decision.reason);
    if (target.kind === 'non-resource') return await answerPath(parts, { ...request, user });
    return await answerResource(parts, { ...request, user, target, verb, warnings });
  } catch (error) {
    const status = toStatusError(error);
    if (status.httpStatus === 500 && status.cause !== undefined) {
      parts.core.logger.error('request failed', { method: request.method, path: request.path, error: describe(status.cause) });
    }
    return withWarnings(asAccepted(statusAnswer(status), request), warnings);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const WRITE_VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch' };

function verbOf(request: ApiRequest, target: RequestPath): string {
  const { method } = request;
  if (target.kind === 'non-resource') return method === 'HEAD' ? 'head' : method.toLowerCase();
  if (method === 'GET' || method === 'HEAD') {
    if (target.watch) return 'watch';
    if (target.name !== undefined) return 'get';
    return parseBoolean(request.query.get('watch')) === true ? 'watch' : 'list';
  }
  if (method === 'DELETE') return target.name === undefined ? 'deletecollection' : 'delete';
  return WRITE_VERBS[method] ?? '';
}

function attributesOf(request: ApiRequest, target: RequestPath, verb: string): AccessAttributes {
  if (target.kind === 'non-resource') return { verb, path: target.path };
  const name = target.name ?? nameInSelector(request, verb);
  return {
    verb,
    group: target.group,
    version: target.version,
    resource: target.resource,
    ...(target.subresource === undefined ? {} : { subresource: target.subresource }),
    ...(target.namespace === undefined ? {} : { namespace: target.namespace }),
    ...(name === undefined ? {} : { name }),
  };
}

/** A list that asks for one name by field selector is judged by that name. */
function nameInSelector(request: ApiRequest, verb: string): string | undefined {
  if (verb !== 'list' && verb !== 'watch') return undefined;
  const match = /(?:^|,)metadata\.name={1,2}([^,]+)(?:,|$)/.exec(request.query.get('fieldSelector') ?? '');
  return match?.[1];
}
