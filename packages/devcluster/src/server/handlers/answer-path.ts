import { ISSUER } from '../../auth/service-account-tokens.ts';
import { answerDiscovery } from '../../discovery/answer-discovery.ts';
import { answerOpenApi } from '../../openapi/answer-openapi.ts';
import { type Answer, jsonAnswer, pageNotFound } from '../answers/answer.ts';
import { indent } from '../answers/indented.ts';
import { notAcceptable } from '../answers/negotiation.ts';
import { methodNotAllowed, unknownPath } from '../answers/status-reasons.ts';
import type { ApiRequest } from '../api-request.ts';
import type { ServerParts } from '../parts.ts';
import { answerHealth, CHECKS } from './health.ts';

/** Every path that is no resource: health, version, discovery, OpenAPI, metrics. */
export async function answerPath(parts: ServerParts, request: ApiRequest): Promise<Answer> {
  const { path } = request;
  const health = answerHealth(request);
  if (health !== undefined) return health;
  if (/^\/version(?:\/|$)/.test(path)) {
    if (path !== '/version' && path !== '/version/') throw unknownPath();
    return versionAnswer(request);
  }
  if (/^\/apis?(?:\/|$)/.test(path)) return answerDiscovery(parts.discovery, parts.core.catalog, request);
  if (path === '/openapi/v2' || path.startsWith('/openapi/v3')) return answerOpenApi(parts.openapi, request);
  if (path === '/' || path === '/index.html') return indentedAnswer({ paths: rootPaths(parts) });
  if (path === '/metrics' || path === '/metrics/slis') return { status: 200, headers: { 'content-type': METRICS }, body: metrics(parts) };
  if (/^\/openid\/v1\/jwks\/?$/.test(path)) return issuerAnswer(request, KEYS, parts.tokens.signer.jwks());
  if (/^\/\.well-known\/openid-configuration\/?$/.test(path)) return issuerAnswer(request, 'application/json', ISSUER_DOCUMENT);
  return pageNotFound();
}

const METRICS = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores';
const KEYS = 'application/jwk-set+json';

const ISSUER_DOCUMENT = {
  issuer: ISSUER,
  jwks_uri: `${ISSUER}/openid/v1/jwks`,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['ES256'],
};

/** What tells others how to check our tokens, in one type only. Throws StatusError 405 or 406. */
function issuerAnswer(request: ApiRequest, type: string, document: unknown): Answer {
  if (request.method !== 'GET') throw methodNotAllowed();
  const accept = request.headers['accept'] ?? '';
  if (accept !== '' && !accept.includes('*/*') && !accept.includes(type)) throw notAcceptable(false, type);
  return { ...jsonAnswer(200, document), headers: { 'content-type': type, 'cache-control': 'public, max-age=3600' } };
}

export const VERSION = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.3-devcluster',
  gitCommit: 'devcluster',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'gc',
  platform: 'linux/amd64',
};

/** Always JSON. */
function versionAnswer(request: ApiRequest): Answer {
  if (request.method !== 'GET') throw methodNotAllowed();
  const accept = request.headers['accept'] ?? '';
  if (accept !== '' && !/\*\/\*|application\/json/i.test(accept)) throw notAcceptable(false, 'application/json');
  return indentedAnswer(VERSION);
}

/** What is read by people more than by programs. */
function indentedAnswer(body: unknown): Answer {
  return { ...jsonAnswer(200, body), body: indent(JSON.stringify(body)) };
}

function rootPaths(parts: ServerParts): string[] {
  const groups = parts.discovery.groups().flatMap((group) => {
    const name = group.metadata.name ?? '';
    return [`/apis/${name}`, ...group.versions.map(({ version }) => `/apis/${name}/${version}`)];
  });
  const checks = Object.entries(CHECKS).flatMap(([name, each]) => [`/${name}`, ...each.map((check) => `/${name}/${check}`)]);
  const others = [
    '/.well-known/openid-configuration',
    '/api',
    '/api/v1',
    '/apis',
    '/apis/',
    '/metrics',
    '/metrics/slis',
    '/openapi/v2',
    '/openapi/v3',
    '/openapi/v3/',
    '/openid/v1/jwks',
    '/version',
    ...checks,
  ];
  return [...new Set([...others, ...groups])].sort();
}

function metrics(parts: ServerParts): string {
  const lines = ['# HELP apiserver_storage_objects Number of stored objects by resource.', '# TYPE apiserver_storage_objects gauge'];
  for (const table of parts.core.store.tables()) {
    const [group = '', resource = ''] = table.key.split('/');
    lines.push(`apiserver_storage_objects{group="${group}",resource="${resource}"} ${table.count}`);
  }
  lines.push('# HELP apiserver_resource_version Version of the last write.', '# TYPE apiserver_resource_version counter');
  lines.push(`apiserver_resource_version ${parts.core.store.revision}`);
  return `${[...lines, ...parts.requests.lines()].join('\n')}\n`;
}
