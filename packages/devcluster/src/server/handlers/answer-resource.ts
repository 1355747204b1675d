import { reviewOf } from '../../auth/reviews/reviews.ts';
import type { TypeInfo } from '../../schema/contract.ts';
import { type Answer, pageNotFound } from '../answers/answer.ts';
import { objectAnswer } from '../answers/render.ts';
import type { StatusError } from '../answers/status-error.ts';
import { aboutType, badRequest, methodNotAllowed, methodNotSupported, unknownPath } from '../answers/status-reasons.ts';
import { viewOf, withWarnings } from '../answers/view.ts';
import type { AuthorizedRequest } from '../api-request.ts';
import { timeText } from '../core.ts';
import { parseWriteOptions } from '../options/write-options.ts';
import type { ServerParts } from '../parts.ts';
import { managerInfo } from '../writes/create.ts';
import { matchNamespace } from '../writes/object-meta.ts';
import { handleDelete, handleDeleteCollection } from './delete-handlers.ts';
import { handlePatch } from './patch-handlers.ts';
import { handleGet, handleList } from './read-handlers.ts';
import { answerBinding, answerSubresource } from './subresource-handlers.ts';
import { answerVirtual } from './virtual-handlers.ts';
import { handleCreate, handleUpdate, readSent, writeRequest } from './write-handlers.ts';

/** A request for a resource. Throws StatusError or RequestFault. */
export async function answerResource(parts: ServerParts, request: AuthorizedRequest): Promise<Answer> {
  const { target } = request;
  const { core, extensions } = parts;
  const type = core.catalog.find(target.group, target.version, target.resource);
  if (type === undefined) {
    const virtual = extensions.virtual(target.group, target.version, target.resource);
    if (virtual !== undefined) return answerVirtual(core, virtual, request);
    if (!core.catalog.hasGroup(target.group) && !extensions.virtuals().some((each) => each.group === target.group)) return pageNotFound();
    if (core.catalog.isCustomGroup(target.group)) return pageNotFound();
    throw unknownPath();
  }
  // custom resources have one handler, which warns before it looks at anything else
  if (!type.builtin) warnDeprecated(type, request);
  if (!inScope(type, request)) {
    if (!type.builtin) return pageNotFound();
    throw unknownPath();
  }
  if (target.subresource !== undefined) return answerSubresource(parts, type, request);
  const review = reviewOf(type);
  if (review !== undefined) return answerReview(parts, type, request, review);
  if (target.watch && type.builtin) warnDeprecated(type, request);
  if (target.watch) return handleList(core, type, asWatch(request));
  return target.name === undefined ? answerCollection(parts, type, request) : answerObject(parts, type, request);
}

function warnDeprecated(type: TypeInfo, request: AuthorizedRequest): void {
  if (type.deprecationWarning !== undefined) request.warnings.push(type.deprecationWarning);
}

/** Namespaced kinds are written inside a namespace; cluster-scoped ones are not found inside of one. */
function inScope(type: TypeInfo, request: AuthorizedRequest): boolean {
  const { target } = request;
  if (!type.namespaced) return target.namespace === undefined || (type.group === '' && type.plural === 'namespaces');
  if (target.namespace !== undefined) return true;
  if (target.name !== undefined) return false;
  if (request.method === 'GET') return true;
  // reviews of a namespace have no path outside of one
  if (type.virtual) return false;
  if (type.builtin) throw methodNotAllowed();
  return false;
}

function refusedMethod(type: TypeInfo, request: AuthorizedRequest): StatusError {
  return type.builtin ? methodNotAllowed() : methodNotSupported(aboutType(type), request.verb);
}

/** The old form of a watch as the one of today. */
function asWatch(request: AuthorizedRequest): AuthorizedRequest {
  const query = new URLSearchParams(request.query);
  query.set('watch', 'true');
  if (request.target.name !== undefined) query.set('fieldSelector', `metadata.name=${request.target.name}`);
  return { ...request, query };
}

async function answerCollection(parts: ServerParts, type: TypeInfo, request: AuthorizedRequest): Promise<Answer> {
  const { core } = parts;
  const allowed = (verb: string): void => {
    if (!type.verbs.includes(verb)) throw refusedMethod(type, request);
    if (type.builtin) warnDeprecated(type, request);
  };
  switch (request.method) {
    case 'GET':
      allowed('list');
      return handleList(core, type, request);
    case 'POST':
      allowed('create');
      if (type.virtual) return answerBinding(parts, request);
      return handleCreate(core, type, request);
    case 'DELETE':
      allowed('deletecollection');
      return handleDeleteCollection(core, type, request);
    default:
      throw nameless(type, request);
  }
}

/** What the handler of custom resources says to a write of a collection. */
function nameless(type: TypeInfo, request: AuthorizedRequest): StatusError {
  const writes = request.method === 'PUT' || request.method === 'PATCH';
  return !type.builtin && writes ? badRequest('name must be provided') : refusedMethod(type, request);
}

async function answerObject({ core }: ServerParts, type: TypeInfo, request: AuthorizedRequest): Promise<Answer> {
  const allowed = (verb: string): void => {
    if (!type.verbs.includes(verb)) throw refusedMethod(type, request);
    if (type.builtin) warnDeprecated(type, request);
  };
  switch (request.method) {
    case 'GET':
      allowed('get');
      return handleGet(core, type, request);
    case 'PUT':
      allowed('update');
      return handleUpdate(core, type, request);
    case 'PATCH':
      allowed('patch');
      return handlePatch(core, type, request);
    case 'DELETE':
      allowed('delete');
      return handleDelete(core, type, request);
    case 'POST':
      // Custom resources are made under any name in the path.
      if (!type.builtin) return handleCreate(core, type, request);
      throw refusedMethod(type, request);
    default:
      throw refusedMethod(type, request);
  }
}

async function answerReview(
  parts: ServerParts,
  type: TypeInfo,
  request: AuthorizedRequest,
  review: NonNullable<ReturnType<typeof reviewOf>>,
): Promise<Answer> {
  if (request.target.name !== undefined) throw unknownPath();
  if (request.method !== 'POST') throw methodNotAllowed();
  const { core, authenticator } = parts;
  const options = parseWriteOptions(request.query, 'CreateOptions');
  const view = viewOf(core, type, request);
  const object = readSent(core, type, options, request);
  matchNamespace(object, request.target.namespace ?? '');
  const write = writeRequest(type, request, options);
  const context = {
    authorizer: core.authorizer,
    authenticator,
    now: timeText(core.clock.now()),
    tracked: () => core.managedFields.update(type, undefined, object, managerInfo(core, write)),
  };
  return withWarnings(objectAnswer(view, 201, review(context, request, object)), request.warnings);
}
