import type { KubeObject } from '@caretaker/kube';
import { RequestFault, type TypeInfo } from '../schema/contract.ts';
import { checkKind } from '../wire/check-kind.ts';
import { readBody } from '../wire/read-body.ts';
import type { Answer } from './answer.ts';
import type { AuthorizedRequest } from './api-request.ts';
import type { ApiCore, WriteRequest } from './core.ts';
import { createObject, managerInfo } from './create.ts';
import { matchName, matchNamespace } from './object-meta.ts';
import { objectAnswer } from './render.ts';
import { badRequest } from './status-reasons.ts';
import { updateObject } from './update.ts';
import { viewOf, withWarnings } from './view.ts';
import { managerName, parseWriteOptions, type WriteOptions } from './write-options.ts';

/** POST of an object to its collection. */
export async function handleCreate(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): Promise<Answer> {
  const options = parseWriteOptions(request.query, 'CreateOptions');
  const view = viewOf(core, type, request);
  const write = writeRequest(type, request, options);
  const object = readObject(core, write, options, request);
  matchNamespace(object, write.namespace);
  core.types.applyDefaults(type, object);
  const created = await createObject(core, write, object);
  return withWarnings(objectAnswer(view, 201, created), write.warnings);
}

/** PUT of an object or of a subresource that has the object's own kind. */
export async function handleUpdate(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): Promise<Answer> {
  const options = parseWriteOptions(request.query, 'UpdateOptions');
  const view = viewOf(core, type, request);
  const write = writeRequest(type, request, options);
  const sent = readObject(core, write, options, request);
  matchName(sent, write.name ?? '', write.namespace);
  core.types.applyDefaults(type, sent);
  const uid = sent.metadata.uid;
  const result = await updateObject(core, write, {
    tracked: false,
    createIfMissing: type.strategy.allowCreateOnUpdate && write.subresource === '',
    unconditional: type.strategy.allowUnconditionalUpdate,
    ...(uid === undefined || uid === '' ? {} : { uid }),
    transform: (live) => {
      const next = structuredClone(sent);
      return live === undefined ? next : core.managedFields.update(type, live, next, managerInfo(core, write));
    },
  });
  return withWarnings(objectAnswer(view, result.created ? 201 : 200, result.object), write.warnings);
}

/** What a write is about, once its options are known. */
export function writeRequest(type: TypeInfo, request: AuthorizedRequest, options: WriteOptions): WriteRequest {
  return {
    type,
    namespace: type.namespaced ? (request.target.namespace ?? '') : '',
    name: request.target.name,
    subresource: request.target.subresource ?? '',
    user: request.user,
    fieldManager: managerName(options.fieldManager, request.headers['user-agent']),
    dryRun: options.dryRun,
    options: options.review,
    warnings: request.warnings,
  };
}

/** The body as an object of the type; unknown and duplicate fields become warnings or a refusal. Throws StatusError or RequestFault. */
function readObject(core: ApiCore, write: WriteRequest, options: WriteOptions, request: AuthorizedRequest): KubeObject {
  const { type } = write;
  const body = readBody(request.body, request.headers['content-type'], type);
  checkKind(core.catalog, type, body.object);
  const decoded = core.types.decode(type, body.object);
  reportStrict(write, options, [...body.duplicates, ...decoded.strictErrors]);
  return decoded.object;
}

function reportStrict(write: WriteRequest, options: WriteOptions, errors: readonly string[]): void {
  if (errors.length === 0 || options.fieldValidation === 'Ignore') return;
  if (options.fieldValidation === 'Strict') {
    const { kind, version } = write.type;
    throw badRequest(
      `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: strict decoding error: ${errors.join(', ')}`,
    );
  }
  write.warnings.push(...errors);
}

export function isRequestFault(error: unknown, code: number): boolean {
  return error instanceof RequestFault && error.fault.code === code;
}
