import type { TypeInfo } from '../schema/contract.ts';
import type { Answer } from './answer.ts';
import type { AuthorizedRequest } from './api-request.ts';
import { type ApiCore, peek } from './core.ts';
import { listObjects, tooLarge } from './list.ts';
import { parseListQuery, parseResourceVersion } from './list-options.ts';
import { listAnswer, objectAnswer } from './render.ts';
import { selectionOf } from './selection.ts';
import { aboutType, notFound } from './status-reasons.ts';
import { viewOf, withWarnings } from './view.ts';
import { watchObjects } from './watch.ts';

/** GET of one object (or of its status, which shows the whole object). */
export function handleGet(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): Answer {
  const view = viewOf(core, type, request);
  const version = parseResourceVersion(request.query.get('resourceVersion') ?? '', 'get');
  if (version !== undefined && version > core.store.revision) throw tooLarge(version, core.store.revision);
  const name = request.target.name ?? '';
  const object = peek(core, type, type.namespaced ? (request.target.namespace ?? '') : '', name);
  if (object === undefined) throw notFound(aboutType(type), name);
  return withWarnings(objectAnswer(view, 200, object), request.warnings);
}

/** GET of a collection: a list or, with `watch`, a stream of events. */
export function handleList(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): Answer {
  const view = viewOf(core, type, request);
  const query = parseListQuery(request.query);
  const selection = selectionOf(type, type.namespaced ? request.target.namespace : undefined, query.labelSelector, query.fieldSelector);
  if (!query.watch) return withWarnings(listAnswer(view, listObjects(core, type, query, selection)), request.warnings);
  const stream = watchObjects(core, view, query, selection);
  return withWarnings({ status: 200, headers: { 'content-type': 'application/json' }, body: { stream } }, request.warnings);
}
