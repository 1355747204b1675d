import { type Answer, pageNotFound } from '../server/answers/answer.ts';
import type { ApiRequest } from '../server/api-request.ts';
import type { OpenApi } from './openapi.ts';

/** /openapi/v3 (the index and the documents that it names) and /openapi/v2, answered to any method. */
export function answerOpenApi(openapi: OpenApi, request: ApiRequest): Answer {
  const { path } = request;
  if (path === '/openapi/v2') return swaggerAnswer(openapi, request);
  if (path === '/openapi/v3') return indexAnswer(openapi, request);
  if (!path.startsWith('/openapi/v3/')) return pageNotFound();
  return documentAnswer(openapi, request, path.slice('/openapi/v3/'.length));
}

const NONE: Answer = { status: 404, headers: {}, body: '' };
const NOT_ACCEPTABLE: Answer = { status: 406, headers: {}, body: '' };

const acceptsJson = (accept: string): boolean => accept === '' || /\*\/\*|application\/(json|\*)/.test(accept);

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
  if (!acceptsJson(request.headers['accept'] ?? '')) return NOT_ACCEPTABLE;
  const document = openapi.document(path);
  if (document === undefined) return NONE;
  const hash = request.query.get('hash');
  if (hash !== null && hash !== '' && hash !== document.hash)
    return {
      status: 301,
      headers: { location: `/openapi/v3/${path}?hash=${document.hash}`, 'content-type': 'application/json' },
      body: '',
    };
  const etag = JSON.stringify(document.hash);
  // A document that is asked for by its hash never changes.
  const fresh = hash === document.hash ? { 'cache-control': 'public, immutable' } : {};
  const headers = { 'content-type': 'application/json', etag, vary: 'Accept', ...fresh };
  return request.headers['if-none-match'] === etag ? { status: 304, headers, body: '' } : { status: 200, headers, body: document.text };
}

/** As JSON, or as the protobuf that kubectl asks for. */
function swaggerAnswer(openapi: OpenApi, request: ApiRequest): Answer {
  const accept = request.headers['accept'] ?? '';
  const format = /com\.github\.(proto-)?openapi\.spec\.v2/.test(accept) ? 'protobuf' : 'json';
  if (format === 'json' && !acceptsJson(accept)) return NOT_ACCEPTABLE;
  const { body, hash } = openapi.swagger(format);
  const etag = JSON.stringify(hash);
  const type = format === 'json' ? 'application/json' : 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
  const headers = { 'content-type': type, etag, vary: 'Accept' };
  return request.headers['if-none-match'] === etag ? { status: 304, headers, body: '' } : { status: 200, headers, body };
}
