import { accessDenied } from '../auth/access-denied.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import type { AccessAttributes } from '../auth/authorizer.ts';
import type { Impersonator } from '../auth/impersonation.ts';
import type { ServiceAccountTokens } from '../auth/service-account-tokens.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { OpenApi } from '../openapi/openapi.ts';
import { type Answer, asAccepted, statusAnswer } from './answer.ts';
import { answerPath } from './answer-path.ts';
import { answerResource } from './answer-resource.ts';
import type { ApiRequest } from './api-request.ts';
import type { UserInfo } from './contract.ts';
import type { ApiCore } from './core.ts';
import type { ExtensionRegistry } from './extensions.ts';
import { toStatusError } from './faults.ts';
import { parseBoolean } from './list-options.ts';
import type { RequestLabels, RequestMetrics } from './request-metrics.ts';
import { parsePath, type RequestPath } from './request-path.ts';
import { withWarnings } from './view.ts';

/** The parts of the server beside the storage pipeline. */
export interface ServerParts {
  readonly core: ApiCore;
  readonly authenticator: Authenticator;
  readonly impersonator: Impersonator;
  readonly tokens: ServiceAccountTokens;
  readonly discovery: Discovery;
  readonly openapi: OpenApi;
  readonly extensions: ExtensionRegistry;
  readonly requests: RequestMetrics;
  /** Hears every request that was understood: who, what (audit). */
  readonly audit?: (entry: AuditEntry) => void;
}

export interface AuditEntry {
  readonly user: UserInfo;
  readonly attributes: AccessAttributes;
  readonly request: ApiRequest;
}

/** Answers one request and counts it. Never throws. */
export async function handleRequest(parts: ServerParts, request: ApiRequest): Promise<Answer> {
  const { clock } = parts.core;
  const from = clock.monotonic();
  const seen: Seen = {};
  const answer = await answerRequest(parts, request, seen);
  if (seen.labels !== undefined) parts.requests.observe(seen.labels, answer.status, (clock.monotonic() - from) / 1000);
  return answer;
}

/** What a request turned out to be about; no labels: no resource, or a watch. */
interface Seen {
  labels?: RequestLabels;
}

function labelsOf(target: RequestPath, verb: string): Seen {
  if (target.kind === 'non-resource' || verb === 'watch') return {};
  const { group, version, resource, subresource = '', namespace, name } = target;
  const scope = name === undefined ? (namespace === undefined ? 'cluster' : 'namespace') : 'resource';
  return { labels: { verb: METRIC_VERBS[verb] ?? verb.toUpperCase(), group, version, resource, subresource, scope } };
}

const METRIC_VERBS: Readonly<Record<string, string>> = { create: 'POST', update: 'PUT' };

/** Authentication, impersonation, authorization, then the path's own handler. Never throws. */
async function answerRequest(parts: ServerParts, request: ApiRequest, seen: Seen): Promise<Answer> {
  // a refusal carries the warnings that came before it
  const warnings: string[] = [];
  try {
    const fault = parts.core.faults.request?.(request);
    if (fault !== undefined) throw fault;
    const target = parsePath(request.path);
    const verb = verbOf(request, target);
    Object.assign(seen, labelsOf(target, verb));
    const requestor = request.user ?? parts.authenticator.fromHeader(request.headers['authorization']);
    const attributes = attributesOf(request, target, verb);
    const user = parts.impersonator.resolve(requestor, request.headers, attributes);
    parts.audit?.({ user, attributes, request });
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
  return WRITE_VERBS[method] ?? method.toLowerCase();
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
  if (verb !== 'list' && verb !== 'watch' && verb !== 'deletecollection') return undefined;
  const match = /(?:^|,)metadata\.name={1,2}([^,]+)(?:,|$)/.exec(request.query.get('fieldSelector') ?? '');
  return match?.[1];
}
