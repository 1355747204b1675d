import type { KubeObject } from '@caretaker/kube';
import { member } from '../../admission/json-members.ts';
import { MASTERS } from '../../auth/user.ts';
import { bodyType } from '../../schema/builtin-types.ts';
import type { TypeInfo } from '../../schema/contract.ts';
import { apiVersionOf } from '../../schema/type-names.ts';
import { readBody } from '../../wire/read-body.ts';
import type { Answer } from '../answers/answer.ts';
import { encoded } from '../answers/render.ts';
import {
  aboutType,
  badRequest,
  forbidden,
  methodNotAllowed,
  methodNotSupported,
  notFound,
  unknownPath,
} from '../answers/status-reasons.ts';
import { viewOf, withWarnings } from '../answers/view.ts';
import type { AuthorizedRequest } from '../api-request.ts';
import type { ConnectAnswer, ConnectHandler, ResourceRequest, SubresourceHandler } from '../contract.ts';
import { type ApiCore, peek } from '../core.ts';
import { connectOptions } from '../options/connect-options.ts';
import { parseWriteOptions } from '../options/write-options.ts';
import type { ServerParts } from '../parts.ts';
import { admissionRequest } from '../writes/create.ts';
import { matchNamespace } from '../writes/object-meta.ts';
import { handlePatch } from './patch-handlers.ts';
import { handleGet } from './read-handlers.ts';
import { handleScale } from './scale-handlers.ts';
import { handleUpdate, readSent, writeRequest } from './write-handlers.ts';

/** `<object>/<subresource>`. Throws StatusError or RequestFault. */
export async function answerSubresource(parts: ServerParts, type: TypeInfo, request: AuthorizedRequest): Promise<Answer> {
  const { target } = request;
  const subresource = target.subresource ?? '';
  const info = type.subresources.get(subresource);
  if (info === undefined) throw type.builtin ? unknownPath() : notFound(aboutType(type), target.name ?? '');
  const connect = type.group === '' ? parts.extensions.connect(type.plural, subresource) : undefined;
  if (target.name === '') throw badRequest('name must be provided');
  if (connect !== undefined) {
    if (subresource !== 'proxy' && !info.verbs.includes(request.verb)) throw methodNotAllowed();
    return answerConnect(parts.core, type, request, connect);
  }
  if (type.builtin && target.rest !== '') throw unknownPath();
  if (!info.verbs.includes(request.verb)) throw type.builtin ? methodNotAllowed() : methodNotSupported(aboutType(type), request.verb);
  const action = parts.extensions.subresource(type.group, type.plural, subresource);
  if (action !== undefined && request.method === 'POST') return answerAction(parts.core, type, request, action);
  if (subresource === 'scale') return handleScale(parts.core, type, request);
  switch (request.method) {
    case 'GET':
      return handleGet(parts.core, type, request);
    case 'PUT':
      return handleUpdate(parts.core, type, request);
    case 'PATCH':
      return handlePatch(parts.core, type, request);
    default:
      throw methodNotAllowed();
  }
}

/** The path of a proxy may name scheme and port as well: `https:web:8443`. */
function objectName(name: string, subresource: string | undefined): string {
  if (subresource !== 'proxy' || !name.includes(':')) return name;
  const parts = name.split(':');
  return (parts.length > 2 ? parts[1] : parts[0]) ?? name;
}

/** POST bindings: the old way to bind the pod that the body names. */
export async function answerBinding(parts: ServerParts, request: AuthorizedRequest): Promise<Answer> {
  const pods = parts.core.catalog.find('', 'v1', 'pods');
  const handler = parts.extensions.subresource('', 'pods', 'binding');
  if (pods === undefined || handler === undefined) throw unknownPath();
  const { object: body } = readBody(request.body, request.headers['content-type'], pods);
  const name = String(member(body, 'metadata')['name'] ?? '');
  return answerAction(parts.core, pods, { ...request, target: { ...request.target, name, subresource: 'binding' } }, handler);
}

function objectOf(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): KubeObject {
  const name = objectName(request.target.name ?? '', request.target.subresource);
  const object = peek(core, type, type.namespaced ? (request.target.namespace ?? '') : '', name);
  if (object === undefined) throw notFound(aboutType(type), name);
  return object;
}

function resourceRequest(request: AuthorizedRequest): ResourceRequest {
  const { target, verb, query, headers, user, signal } = request;
  return {
    verb,
    group: target.group,
    version: target.version,
    resource: target.resource,
    rest: target.rest,
    query,
    headers,
    user,
    signal,
    ...(target.subresource === undefined ? {} : { subresource: target.subresource }),
    ...(target.namespace === undefined ? {} : { namespace: target.namespace }),
    ...(target.name === undefined ? {} : { name: target.name }),
  };
}

/** Pods may be processes of the machine: commands in them are for the admin, whatever RBAC says. */
const EXECUTES = new Set(['exec', 'attach']);

async function answerConnect(core: ApiCore, type: TypeInfo, request: AuthorizedRequest, handler: ConnectHandler): Promise<Answer> {
  if (EXECUTES.has(request.target.subresource ?? '') && !request.user.groups.includes(MASTERS)) {
    throw forbidden(aboutType(type), request.target.name, 'in a development cluster only members of system:masters run commands in pods');
  }
  await admitConnect(core, type, request);
  const object = objectOf(core, type, request);
  const body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
  const answer = await handler(
    { ...resourceRequest(request), method: request.method, body, ...(request.upgrade === undefined ? {} : { upgrade: request.upgrade }) },
    object,
  );
  return fromConnect(answer);
}

/** Asks admission, which knows nothing yet of the object itself, but what is wanted of it. */
async function admitConnect(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): Promise<void> {
  const wanted = connectOptions(type.plural, request.target, request.query);
  if (wanted === undefined) return;
  const { kind, object } = wanted;
  const presented = { kind, of: (shown: KubeObject): KubeObject => shown };
  const write = {
    ...writeRequest(type, request, { dryRun: false, fieldValidation: 'Ignore', fieldManager: '', force: false, review: {} }),
    presented,
  };
  const admission = {
    ...admissionRequest(write, 'CONNECT', object, undefined),
    name: objectName(write.name ?? '', write.subresource),
    options: null,
  };
  await core.admission.mutate(admission);
  await core.admission.validate(admission);
}

/** A hijacked connection has no answer of its own any more. */
export const HIJACKED: Answer = { status: 101, headers: {}, body: '' };

function fromConnect(answer: ConnectAnswer): Answer {
  if ('hijacked' in answer) return HIJACKED;
  const headers = answer.headers ?? {};
  const { body } = answer;
  if (typeof body === 'string' || body instanceof Uint8Array) return { status: answer.status, headers, body };
  return {
    status: answer.status,
    headers,
    body: {
      stream: (sink) => {
        const iterator = body[Symbol.asyncIterator]();
        let stopped = false;
        const pump = async (): Promise<void> => {
          for (;;) {
            const { done, value } = await iterator.next();
            if (done === true || stopped) break;
            sink.write(value);
          }
          if (!stopped) sink.end();
        };
        pump().catch(() => {
          if (!stopped) sink.end();
        });
        return () => {
          stopped = true;
          iterator.return?.(undefined)?.catch(() => undefined);
        };
      },
    },
  };
}

/** The kind that an action takes. */
function bodyTypeOf(type: TypeInfo, request: AuthorizedRequest): TypeInfo | undefined {
  const info = type.subresources.get(request.target.subresource ?? '');
  return info === undefined ? undefined : bodyType(info.group, info.version, info.kind);
}

async function answerAction(core: ApiCore, type: TypeInfo, request: AuthorizedRequest, handler: SubresourceHandler): Promise<Answer> {
  const options = parseWriteOptions(request.query, 'CreateOptions');
  const view = viewOf(core, type, request);
  const sent = bodyTypeOf(type, request) ?? type;
  const body = readSent(core, sent, options, request);
  matchNamespace(body, request.target.namespace ?? '');
  const presented = {
    kind: sent,
    of: (object: KubeObject): KubeObject => ({ ...object, kind: sent.kind, apiVersion: apiVersionOf(sent) }),
  };
  const admission = admissionRequest({ ...writeRequest(type, request, options), presented }, 'CREATE', body, undefined);
  const mutating = core.admission.mutate(admission);
  if (mutating !== undefined) await mutating;
  const object = objectOf(core, type, request);
  const validating = core.admission.validate(admission);
  if (validating !== undefined) await validating;
  const answer = await handler(resourceRequest(request), body, object);
  return withWarnings(encoded({ ...view.representation, as: 'none' }, answer.status, answer.object, {}), request.warnings);
}
