import { withConversions } from '../../conversion/ask.ts';
import type { TypeInfo } from '../../schema/contract.ts';
import { PROTOBUF } from '../../wire/read-body.ts';
import type { Answer } from '../answers/answer.ts';
import { listAnswer, objectAnswer, textAnswerOf } from '../answers/render.ts';
import { StatusError } from '../answers/status-error.ts';
import { aboutType, badRequest, notFound } from '../answers/status-reasons.ts';
import { viewOf, withWarnings } from '../answers/view.ts';
import type { AuthorizedRequest } from '../api-request.ts';
import { type ApiCore, isStoredAs, peek, tableOf } from '../core.ts';
import { listObjects, tooLarge } from '../list.ts';
import { parseBoolean, parseListQuery, parseResourceVersion } from '../options/list-options.ts';
import { selectionOf } from '../options/selection.ts';
import { watchObjects } from '../watch.ts';
import { convertAll, convertNamed } from './convert-ahead.ts';

/** GET of one object (or of its status, which shows the whole object). */
export function handleGet(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): Answer | Promise<Answer> {
  if (type.conversion === undefined) return getNow(core, type, request);
  return convertNamed(core, type, type.conversion, request).then(() => withConversions(core, () => getNow(core, type, request)));
}

function getNow(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): Answer {
  const view = viewOf(core, type, request);
  if (parseBoolean(request.query.get('export')) === true)
    throw badRequest('the export parameter, deprecated since v1.14, is no longer supported');
  const version = parseResourceVersion(request.query.get('resourceVersion') ?? '', 'get');
  if (version !== undefined && version > core.store.revision) throw tooLarge(version, core.store.revision);
  const name = request.target.name ?? '';
  const namespace = type.namespaced ? (request.target.namespace ?? '') : '';
  const text = isStoredAs(core, type) ? tableOf(core, type).cell(namespace, name)?.toText() : undefined;
  const answer = text === undefined ? undefined : textAnswerOf(view, text);
  if (answer !== undefined) return withWarnings(answer, request.warnings);
  const object = peek(core, type, namespace, name);
  if (object === undefined) throw notFound(aboutType(type), name);
  return withWarnings(objectAnswer(view, 200, object), request.warnings);
}

/** Events are a stream of JSON. */
function noStreamOf(): StatusError {
  const types = 'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';
  return new StatusError(406, 'NotAcceptable', `only the following media types are accepted: ${types}`);
}

/** GET of a collection: a list or, with `watch`, a stream of events. */
export function handleList(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): Answer | Promise<Answer> {
  if (type.conversion === undefined) return listNow(core, type, request);
  return convertAll(core, type, type.conversion).then(() => withConversions(core, () => listNow(core, type, request)));
}

function listNow(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): Answer {
  const view = viewOf(core, type, request);
  const query = parseListQuery(request.query);
  const selection = selectionOf(type, type.namespaced ? request.target.namespace : undefined, query.labelSelector, query.fieldSelector);
  if (!query.watch) return withWarnings(listAnswer(view, listObjects(core, type, query, selection)), request.warnings);
  if (view.representation.format === 'yaml') throw noStreamOf();
  const stream = watchObjects(core, view, query, selection);
  const contentType = view.representation.format === 'protobuf' ? `${PROTOBUF};stream=watch` : 'application/json';
  return withWarnings({ status: 200, headers: { 'content-type': contentType }, body: { stream } }, request.warnings);
}
