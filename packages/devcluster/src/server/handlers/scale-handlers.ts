import type { JsonObject, KubeObject } from '@caretaker/kube';
import { bodyType } from '../../schema/builtin-types.ts';
import { cloneJson } from '../../schema/clone-json.ts';
import { type FieldError, type ManagerInfo, PATCH_MEDIA_TYPES, RequestFault, type TypeInfo } from '../../schema/contract.ts';
import { objectMetaErrors } from '../../validation/parts/object-meta.ts';
import { isObject, mediaTypeOf, textOf } from '../../wire/read-body.ts';
import type { Answer } from '../answers/answer.ts';
import { encoded, objectAnswer } from '../answers/render.ts';
import { StatusError } from '../answers/status-error.ts';
import {
  aboutType,
  badRequest,
  conflict,
  invalid,
  MODIFIED,
  methodNotAllowed,
  methodNotSupported,
  notFound,
} from '../answers/status-reasons.ts';
import { viewOf, withWarnings } from '../answers/view.ts';
import type { AuthorizedRequest } from '../api-request.ts';
import { type ApiCore, peek } from '../core.ts';
import { parseWriteOptions, type WriteOptions } from '../options/write-options.ts';
import { managerInfo } from '../writes/create.ts';
import { matchName } from '../writes/object-meta.ts';
import { scaleOf, withReplicas } from '../writes/scale.ts';
import { uidMismatch } from '../writes/storage-keys.ts';
import { updateObject } from '../writes/update.ts';
import { readApplied, unsupportedPatch } from './patch-handlers.ts';
import { readSent, writeRequest } from './write-handlers.ts';

const SCALE = { group: 'autoscaling', version: 'v1', kind: 'Scale' };

/** Makes the new Scale from the one that is there, with managedFields of the Scale. */
type ScaleChange = (before: KubeObject, info: ManagerInfo) => KubeObject;

/** GET, PUT, PATCH and apply of `<object>/scale`: a small object of its own, written back into the one that it belongs to. Throws StatusError or RequestFault. */
export async function handleScale(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): Promise<Answer> {
  const view = viewOf(core, type, request);
  const scaleType = bodyType('autoscaling', 'v1', 'Scale');
  if (scaleType === undefined) throw new Error('the Scale type is missing');
  const name = request.target.name ?? '';
  if (request.method === 'GET') {
    const object = peek(core, type, request.target.namespace ?? '', name);
    if (object === undefined) throw notFound(aboutType(type), name);
    return objectAnswer({ ...view, type: scaleType, textOf: () => undefined }, 200, shown(scaleOf(core, type, object, true)));
  }
  const isPut = request.method === 'PUT';
  if (!isPut && request.method !== 'PATCH') throw type.builtin ? methodNotAllowed() : methodNotSupported(aboutType(type), request.verb);
  const apply = mediaTypeOf(request.headers['content-type']).startsWith('application/apply-patch');
  const options = parseWriteOptions(request.query, isPut ? 'UpdateOptions' : 'PatchOptions', apply);
  const presented = { kind: SCALE, of: (object: KubeObject): KubeObject => shown(scaleOf(core, type, object, false)) };
  const write = { ...writeRequest(type, request, options), presented };
  const change = isPut ? scalePut(core, type, scaleType, request, options) : scalePatch(core, type, scaleType, request, options);
  const result = await updateObject(core, write, {
    tracked: true,
    createIfMissing: false,
    unconditional: true,
    transform: (live) => {
      if (live === undefined) throw notFound(aboutType(type), name);
      const info = {
        ...managerInfo(core, write),
        typeOf: (apiVersion: string) => (apiVersion === 'autoscaling/v1' ? scaleType : undefined),
      };
      const scale = change(scaleOf(core, type, live, false), info);
      matchName(scale, name, write.namespace);
      checkIdentity(type, name, scale, live);
      if (type.builtin) checkMetadata(name, scale);
      const next = structuredClone(withReplicas(type, live, replicasOf(scale)));
      const entries = core.managedFields.fromScale(
        type,
        live,
        scale.metadata.managedFields as JsonObject[] | undefined,
        managerInfo(core, write),
      );
      if (entries === undefined) delete next.metadata.managedFields;
      else Object.assign(next.metadata, { managedFields: entries });
      return next;
    },
  });
  return withWarnings(encoded(view.representation, 200, shown(scaleOf(core, type, result.object, false)), {}), write.warnings);
}

/** Answers do not show who owns the replicas. */
function shown(scale: KubeObject): KubeObject {
  const { managedFields: _managedFields, ...metadata } = scale.metadata;
  return { ...scale, metadata };
}

function scalePut(core: ApiCore, type: TypeInfo, scaleType: TypeInfo, request: AuthorizedRequest, options: WriteOptions): ScaleChange {
  const sent = type.builtin ? readSent(core, scaleType, options, request) : readCustomScale(core, scaleType, options, request);
  matchName(sent, request.target.name ?? '', request.target.namespace ?? '');
  return (before, info) => core.managedFields.update(scaleType, before, cloneJson(sent), info);
}

/** The codec of custom resources has no words of its own for what is no Scale: it fails to find the kind that it knows. */
function readCustomScale(core: ApiCore, scaleType: TypeInfo, options: WriteOptions, request: AuthorizedRequest): KubeObject {
  try {
    return readSent(core, scaleType, options, request);
  } catch (error) {
    if (!(error instanceof RequestFault || error instanceof StatusError)) throw error;
    throw badRequest('no kind is registered for the type v1.Scale in scheme "pkg/runtime/scheme.go:110"');
  }
}

function scalePatch(core: ApiCore, type: TypeInfo, scaleType: TypeInfo, request: AuthorizedRequest, options: WriteOptions): ScaleChange {
  const mediaType = mediaTypeOf(request.headers['content-type']);
  const text = textOf(request.body);
  if (mediaType.startsWith('application/apply-patch')) {
    const applied = readApplied(text).object;
    return (before, info) => {
      const after = core.managedFields.apply(scaleType, before, applied, { ...info, force: options.force });
      if (type.builtin) return after;
      // nobody owns anything yet: the fields that are there are to be taken stock of first
      if (ownersOf(before) === 0) throw unconvertible('/', 'create manager for existing fields: failed to convert live object');
      if (replicasOf(after) !== replicasOf(before)) throw unconvertible(placeOf(applied), 'convert new object');
      return after;
    };
  }
  const patchType = PATCH_MEDIA_TYPES[mediaType];
  if (patchType === undefined || (patchType === 'strategic' && !type.builtin))
    throw unsupportedPatch(type, request.headers['content-type']);
  return (before, info) => {
    const raw = core.patches.applyPatch(scaleType, patchType, before, text);
    const { object, strictErrors } = core.patches.decodePatched(scaleType, raw, options.fieldValidation === 'Strict', { patchType, text });
    if (options.fieldValidation === 'Warn') request.warnings.push(...strictErrors);
    return core.managedFields.update(scaleType, before, object, info);
  };
}

/** The scale of a custom resource cannot be changed by apply: the real server takes it for an object of the group and fails. */
function unconvertible(place: string, what: string): StatusError {
  const reason = 'request to convert CR to an invalid group/version: autoscaling/v1';
  return new StatusError(500, '', `failed to ${what} (${place}; autoscaling/v1, Kind=Scale) to proper version: ${reason}`);
}

function placeOf(applied: JsonObject): string {
  const { namespace = '', name = '' } = isObject(applied['metadata']) ? applied['metadata'] : {};
  return `${String(namespace)}/${String(name)}`;
}

function ownersOf(scale: KubeObject): number {
  const entries = scale.metadata.managedFields;
  return Array.isArray(entries) ? entries.length : 0;
}

/** A Scale is an object too: its metadata is judged, though nothing of it is stored. */
function checkMetadata(name: string, scale: KubeObject): void {
  const errors: FieldError[] = [];
  objectMetaErrors(scale, true, 'subdomain', errors);
  if (errors.length > 0) throw invalid(SCALE, name, errors);
}

function checkIdentity(type: TypeInfo, name: string, scale: KubeObject, live: KubeObject): void {
  const { uid, resourceVersion = '' } = scale.metadata;
  if (resourceVersion !== '' && resourceVersion !== live.metadata.resourceVersion) throw conflict(aboutType(type), name, MODIFIED);
  if (uid === undefined || uid === '' || uid === live.metadata.uid) return;
  throw conflict(aboutType(type), name, uidMismatch({ type, namespace: live.metadata.namespace ?? '', name }, uid, live));
}

function replicasOf(scale: KubeObject): number {
  const spec = scale['spec'] as JsonObject | undefined;
  const replicas = isObject(spec) ? spec['replicas'] : undefined;
  return typeof replicas === 'number' ? replicas : 0;
}
