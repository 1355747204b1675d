import { ISSUER } from '../auth/service-account-tokens.ts';
import { answerDiscovery } from '../discovery/answer-discovery.ts';
import { answerOpenApi } from '../openapi/answer-openapi.ts';
import { type Answer, asAccepted, jsonAnswer, pageNotFound, textAnswer } from './answer.ts';
import type { ApiRequest } from './api-request.ts';
import type { ServerParts } from './handler.ts';
import { notAcceptable } from './negotiation.ts';
import { methodNotAllowed } from './status-reasons.ts';

const HEALTH = /^\/(healthz|livez|readyz)(\/.*)?$/;
const HEALTH_CHECKS = new Set(['', '/', '/ping', '/log', '/etcd', '/poststarthook/rbac/bootstrap-roles', '/informer-sync', '/shutdown']);

/** Every path that is no resource: health, version, discovery, OpenAPI, metrics. */
export async function answerPath(parts: ServerParts, request: ApiRequest): Promise<Answer> {
  const { path } = request;
  const health = HEALTH.exec(path);
  if (health !== null) return HEALTH_CHECKS.has(health[2] ?? '') ? textAnswer(200, 'ok') : pageNotFound();
  if (path === '/version' || path === '/version/') return readOnly(request, () => versionAnswer(request));
  if (path === '/api' || path === '/apis' || path.startsWith('/api/') || path.startsWith('/apis/')) {
    const answer = (): Answer => {
      checkAccept(request);
      return asAccepted(answerDiscovery(parts.discovery, parts.core.catalog, request), request);
    };
    // The list of groups is answered to any method.
    return path === '/apis' ? answer() : readOnly(request, answer);
  }
  if (path.startsWith('/openapi/')) return answerOpenApi(parts.openapi, request);
  if (path === '/') return jsonAnswer(200, { paths: rootPaths(parts) });
  if (path === '/metrics')
    return { status: 200, headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }, body: metrics(parts) };
  if (path === '/openid/v1/jwks') return jsonAnswer(200, parts.tokens.signer.jwks());
  if (path === '/.well-known/openid-configuration') {
    return jsonAnswer(200, {
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/openid/v1/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    });
  }
  return pageNotFound();
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

function readOnly(request: ApiRequest, answer: () => Answer): Answer {
  if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed();
  return answer();
}

/** Always JSON. */
function versionAnswer(request: ApiRequest): Answer {
  const accept = request.headers['accept'] ?? '';
  if (accept !== '' && !/\*\/\*|application\/json/i.test(accept)) throw notAcceptable(false, 'application/json');
  return jsonAnswer(200, VERSION);
}

function checkAccept(request: ApiRequest): void {
  const accept = request.headers['accept'];
  if (accept === undefined || accept === '' || /\*\/\*|application\/(json|yaml|vnd\.kubernetes\.protobuf)/i.test(accept)) return;
  throw notAcceptable(false);
}

function rootPaths(parts: ServerParts): string[] {
  const groups = parts.discovery.groups().flatMap((group) => {
    const name = group.metadata.name ?? '';
    return [`/apis/${name}`, ...group.versions.map(({ version }) => `/apis/${name}/${version}`)];
  });
  const others = [
    '/.well-known/openid-configuration',
    '/api',
    '/api/v1',
    '/apis',
    '/apis/',
    '/healthz',
    '/healthz/ping',
    '/livez',
    '/livez/ping',
    '/metrics',
    '/openapi/v2',
    '/openapi/v3',
    '/openapi/v3/',
    '/openid/v1/jwks',
    '/readyz',
    '/readyz/ping',
    '/version',
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
