import type { KubeObject } from '@caretaker/kube';
import { cloneJson } from '../../schema/clone-json.ts';
import type { TypeInfo } from '../../schema/contract.ts';
import { checkKind } from '../../wire/check-kind.ts';
import { readBody } from '../../wire/read-body.ts';
import type { Answer } from '../answers/answer.ts';
import { objectAnswer } from '../answers/render.ts';
import { badRequest } from '../answers/status-reasons.ts';
import { viewOf, withWarnings } from '../answers/view.ts';
import type { AuthorizedRequest } from '../api-request.ts';
import type { ApiCore } from '../core.ts';
import { managerName, parseWriteOptions, type WriteOptions } from '../options/write-options.ts';
import type { WriteRequest } from '../write-request.ts';
import { createObject, managerInfo } from '../writes/create.ts';
import { matchName, matchNamespace } from '../writes/object-meta.ts';
import { updateObject } from '../writes/update.ts';

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
    put: true,
    createIfMissing: type.strategy.allowCreateOnUpdate,
    unconditional: type.strategy.allowUnconditionalUpdate,
    ...(uid === undefined || uid === '' ? {} : { uid }),
    transform: (live) => {
      const next = cloneJson(sent);
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
  return readSent(core, write.type, options, request);
}

/** A body of any built-in or custom kind, of the request's own or of one that is only sent. Throws StatusError or RequestFault. */
export function readSent(core: ApiCore, type: TypeInfo, options: WriteOptions, request: AuthorizedRequest): KubeObject {
  const body = readBody(request.body, request.headers['content-type'], type);
  checkKind(core.catalog, type, body.object, body.text);
  const decoded = core.types.decode(type, body.object, body.numbers);
  const errors = body.strictErrors(decoded.strictErrors);
  if (errors.length > 0 && options.fieldValidation === 'Strict') {
    const { kind, version } = type;
    throw badRequest(
      `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: strict decoding error: ${inOneLine(errors)}`,
    );
  }
  if (options.fieldValidation === 'Warn') request.warnings.push(...errors);
  return decoded.object;
}

/** What strict decoding finds, as one text: the YAML reader tells of keys that stand twice all at once. */
function inOneLine(errors: readonly string[]): string {
  const yaml = errors.filter((error) => YAML_KEY.test(error));
  const others = errors.filter((error) => !YAML_KEY.test(error));
  return [...(yaml.length === 0 ? [] : [`yaml: unmarshal errors:\n  ${yaml.join('\n  ')}`]), ...others].join(', ');
}

const YAML_KEY = /^line \d+: key .* already set in map$/;
