import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { PATCH_MEDIA_TYPES, RequestFault, type TypeInfo } from '../schema/contract.ts';
import { isObject, mediaTypeOf, readBody, textOf } from '../wire/read-body.ts';
import type { Answer } from './answer.ts';
import type { AuthorizedRequest } from './api-request.ts';
import { type ApiCore, peek } from './core.ts';
import { managerInfo } from './create.ts';
import { matchName } from './object-meta.ts';
import { unsupportedPatch } from './patch-handlers.ts';
import { encoded } from './render.ts';
import { type Scale, scaleOf, withReplicas } from './scale.ts';
import { aboutType, conflict, MODIFIED, methodNotAllowed, notFound } from './status-reasons.ts';
import { updateObject } from './update.ts';
import { viewOf, withWarnings } from './view.ts';
import { writeRequest } from './write-handlers.ts';
import { parseWriteOptions } from './write-options.ts';

/** GET, PUT and PATCH of `<object>/scale`. Throws StatusError or RequestFault. */
export async function handleScale(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): Promise<Answer> {
  const view = viewOf(core, type, request);
  const name = request.target.name ?? '';
  if (request.method === 'GET') {
    const object = peek(core, type, request.target.namespace ?? '', name);
    if (object === undefined) throw notFound(aboutType(type), name);
    return encoded(view.representation, 200, scaleOf(core, type, object, true), {});
  }
  const isPut = request.method === 'PUT';
  if (!isPut && request.method !== 'PATCH') throw methodNotAllowed();
  const apply = mediaTypeOf(request.headers['content-type']).startsWith('application/apply-patch');
  const options = parseWriteOptions(request.query, isPut ? 'UpdateOptions' : 'PatchOptions', apply);
  const write = writeRequest(type, request, options);
  const change = isPut ? () => readScale(type, request) : scalePatch(core, type, request);
  const result = await updateObject(core, write, {
    tracked: true,
    createIfMissing: false,
    unconditional: true,
    transform: (live) => {
      if (live === undefined) throw notFound(aboutType(type), name);
      const before = scaleOf(core, type, live, false);
      const scale = change(before);
      const asObject = scale as unknown as KubeObject;
      matchName(asObject, name, write.namespace);
      checkVersion(type, name, asObject, live);
      checkUid(type, name, asObject, live);
      const next = withReplicas(type, live, replicasOf(scale));
      const managedFields = core.managedFields.fromScale(type, live, core.managedFields.toScale(type, live), managerInfo(core, write));
      const metadata = { ...next.metadata };
      if (managedFields !== undefined) Object.assign(metadata, { managedFields });
      const changed = structuredClone({ ...next, metadata });
      return changed;
    },
  });
  return withWarnings(encoded(view.representation, 200, scaleOf(core, type, result.object, false), {}), write.warnings);
}

function checkVersion(type: TypeInfo, name: string, scale: KubeObject, live: KubeObject): void {
  const version = scale.metadata.resourceVersion ?? '';
  if (version !== '' && version !== live.metadata.resourceVersion) throw conflict(aboutType(type), name, MODIFIED);
}

function checkUid(type: TypeInfo, name: string, scale: KubeObject, live: KubeObject): void {
  const { uid } = scale.metadata;
  if (uid === undefined || uid === '' || uid === live.metadata.uid) return;
  throw conflict(aboutType(type), name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid ?? ''}`);
}

function replicasOf(scale: JsonObject): number {
  const spec = scale['spec'];
  const replicas = isObject(spec) ? spec['replicas'] : undefined;
  return typeof replicas === 'number' ? replicas : 0;
}

function readScale(type: TypeInfo, request: AuthorizedRequest): JsonObject {
  const body = readBody(request.body, request.headers['content-type'], { ...type, kind: 'Scale', builtin: true }).object;
  return isObject(body['metadata']) ? body : { ...body, metadata: {} };
}

/** A patch applies to the Scale, which has a type like any other. */
function scalePatch(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): (scale: Scale) => JsonObject {
  const mediaType = mediaTypeOf(request.headers['content-type']);
  const patchType = PATCH_MEDIA_TYPES[mediaType];
  const scaleType = core.catalog.findKind('autoscaling/v1', 'Scale') ?? type;
  const text = textOf(request.body);
  if (mediaType.startsWith('application/apply-patch')) {
    return (scale) => ({ ...(scale as unknown as JsonObject), spec: (JSON.parse(text) as JsonObject)['spec'] ?? {} });
  }
  if (patchType === undefined) throw unsupportedPatch(type);
  return (scale) => {
    const patched = core.patches.applyPatch(scaleType, patchType, scale, text);
    const spec: JsonValue | undefined = patched['spec'];
    const replicas = isObject(spec) ? spec['replicas'] : undefined;
    if (replicas !== undefined && replicas !== null && typeof replicas !== 'number') {
      throw new RequestFault({
        code: 422,
        reason: 'Invalid',
        message: ` "" is invalid: patch: Invalid value: "object": json: cannot unmarshal ${typeof replicas} into Go struct field ScaleSpec.spec.replicas of type int32`,
      });
    }
    return patched;
  };
}
