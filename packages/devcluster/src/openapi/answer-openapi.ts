import { type Answer, jsonAnswer, pageNotFound } from '../server/answer.ts';
import type { ApiRequest } from '../server/api-request.ts';
import { notAcceptable } from '../server/negotiation.ts';
import { methodNotAllowed } from '../server/status-reasons.ts';
import type { OpenApi } from './openapi.ts';

/** /openapi/v3 (the index and the documents that it names) and /openapi/v2. Throws StatusError 405 or 406. */
export function answerOpenApi(openapi: OpenApi, request: ApiRequest): Answer {
  if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed();
  const path = request.path.replace(/\/+$/, '');
  if (path === '/openapi/v2') return swaggerAnswer(openapi, request);
  if (path === '/openapi/v3') return indexAnswer(openapi, request);
  if (!path.startsWith('/openapi/v3/')) return pageNotFound();
  return documentAnswer(openapi, request, path.slice('/openapi/v3/'.length));
}

function indexAnswer(openapi: OpenApi, request: ApiRequest): Answer {
  const paths = Object.fromEntries(
    openapi.paths().map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${openapi.fingerprint(path)}` }]),
  );
  const text = JSON.stringify({ paths });
  const headers = { 'content-type': 'text/plain; charset=utf-8', etag: JSON.stringify(String(hash(text))), vary: 'Accept' };
  return request.headers['if-none-match'] === headers.etag ? { status: 304, headers, body: '' } : { status: 200, headers, body: text };
}

/** FNV-1a: enough to tell one index from the next. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return value;
}

function documentAnswer(openapi: OpenApi, request: ApiRequest, path: string): Answer {
  const accept = request.headers['accept'] ?? '';
  if (accept !== '' && !/\*\/\*|application\/(json|\*)/.test(accept))
    throw notAcceptable(false, 'application/json, application/com.github.proto-openapi.spec.v3@v1.0+protobuf');
  const document = openapi.document(path);
  if (document === undefined) return { status: 404, headers: {}, body: '' };
  const etag = JSON.stringify(document.hash);
  // A document that is asked for by its hash never changes.
  const fresh = request.query.get('hash') === document.hash ? { 'cache-control': 'public, immutable' } : {};
  const headers = { 'content-type': 'application/json', etag, vary: 'Accept', ...fresh };
  return request.headers['if-none-match'] === etag ? { status: 304, headers, body: '' } : { status: 200, headers, body: document.text };
}

/** JSON only: kubectl asks for protobuf, and does without when it is refused. */
function swaggerAnswer(openapi: OpenApi, request: ApiRequest): Answer {
  const accept = request.headers['accept'] ?? '';
  if (accept !== '' && !/\*\/\*|application\/(json|\*)/.test(accept)) throw notAcceptable(false, 'application/json');
  return jsonAnswer(200, openapi.swagger());
}
