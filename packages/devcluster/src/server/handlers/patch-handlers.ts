import type { JsonObject, JsonValue } from '@caretaker/kube';
import { PATCH_MEDIA_TYPES, type PatchType, type TypeInfo } from '../../schema/contract.ts';
import { checkPatchedKind } from '../../wire/check-kind.ts';
import { duplicateFields } from '../../wire/duplicate-fields.ts';
import { isObject, textOf } from '../../wire/read-body.ts';
import { parseFirstYaml, repeatedYamlKeys, YamlProblem } from '../../wire/yaml.ts';
import type { Answer } from '../answers/answer.ts';
import { objectAnswer } from '../answers/render.ts';
import { StatusError } from '../answers/status-error.ts';
import { badRequest } from '../answers/status-reasons.ts';
import { viewOf, withWarnings } from '../answers/view.ts';
import type { AuthorizedRequest } from '../api-request.ts';
import type { ApiCore } from '../core.ts';
import { parseWriteOptions, type WriteOptions } from '../options/write-options.ts';
import type { WriteRequest } from '../write-request.ts';
import { managerInfo } from '../writes/create.ts';
import { matchName } from '../writes/object-meta.ts';
import { updateObject } from '../writes/update.ts';
import { writeRequest } from './write-handlers.ts';

const APPLY = 'application/apply-patch+yaml';

/** PATCH of an object or of a subresource with the object's own kind, in any of the four forms. */
export async function handlePatch(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): Promise<Answer> {
  // the router of built-in kinds compares letter by letter
  const mediaType = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '';
  if (mediaType === APPLY) return handleApply(core, type, request);
  const patchType = PATCH_MEDIA_TYPES[mediaType];
  if (patchType === undefined || (patchType === 'strategic' && !type.builtin))
    throw unsupportedPatch(type, request.headers['content-type']);
  return handleDiffPatch(core, type, request, patchType);
}

/** The refusal of a content type that no patch has. The router of built-in kinds lets one of several types pass, which the handler refuses. */
export function unsupportedPatch(type: TypeInfo, contentType = ''): StatusError {
  const several = contentType.split(',').map((each) => each.split(';', 1)[0]?.trim() ?? '');
  if (!type.builtin || several.some((each) => each === APPLY || PATCH_MEDIA_TYPES[each] !== undefined)) {
    const strategic = type.builtin ? 'application/strategic-merge-patch+json, ' : '';
    const accepted = `application/json-patch+json, application/merge-patch+json, ${strategic}application/apply-patch+yaml`;
    return new StatusError(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
    );
  }
  return new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

async function handleDiffPatch(core: ApiCore, type: TypeInfo, request: AuthorizedRequest, patchType: PatchType): Promise<Answer> {
  const options = parseWriteOptions(request.query, 'PatchOptions');
  const view = viewOf(core, type, request);
  const write = writeRequest(type, request, options);
  const text = textOf(request.body);
  const known = write.warnings.length;
  const result = await updateObject(core, write, {
    tracked: false,
    createIfMissing: false,
    unconditional: true,
    transform: (live) => {
      if (live === undefined) throw new Error('a patch has a live object');
      const raw = core.patches.applyPatch(type, patchType, live, text);
      const decoded = core.patches.decodePatched(type, raw, options.fieldValidation === 'Strict', { patchType, text });
      if (!type.builtin && write.subresource === '') checkPatchedKind(type, raw);
      // before anything else can refuse the result
      if (options.fieldValidation === 'Warn') write.warnings.splice(known, 0, ...decoded.strictErrors);
      matchName(decoded.object, write.name ?? '', write.namespace);
      core.types.applyDefaults(type, decoded.object);
      return core.managedFields.update(type, live, decoded.object, managerInfo(core, write));
    },
  });
  return withWarnings(objectAnswer(view, 200, result.object), write.warnings);
}

async function handleApply(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): Promise<Answer> {
  const options = parseWriteOptions(request.query, 'PatchOptions', true);
  const view = viewOf(core, type, request);
  const write = writeRequest(type, request, options);
  const applied = readApplied(textOf(request.body));
  const result = await applyObject(core, write, applied.object, options.force, () => reportDuplicates(write, options, applied.duplicates));
  return withWarnings(objectAnswer(view, result.created ? 201 : 200, result.object), write.warnings);
}

/** Server-side apply of a configuration; `merged` is called once the configuration is merged. Throws StatusError or RequestFault. */
export async function applyObject(core: ApiCore, write: WriteRequest, applied: JsonObject, force: boolean, merged?: () => void) {
  const { type } = write;
  return updateObject(core, write, {
    tracked: true,
    createIfMissing: write.subresource === '' || type.strategy.allowCreateOnUpdate,
    unconditional: true,
    transform: (live) => {
      const next = core.managedFields.apply(type, live, applied, { ...managerInfo(core, write), force });
      merged?.();
      matchName(next, write.name ?? '', write.namespace);
      core.types.applyDefaults(type, next);
      return next;
    },
  });
}

interface Applied {
  readonly object: JsonObject;
  /** Complaints about keys that stand twice. */
  readonly duplicates: readonly string[];
}

/** An applied configuration is YAML, and JSON is YAML. Throws 400. */
export function readApplied(text: string): Applied {
  const json = tryJson(text);
  if (json !== undefined) return { object: json, duplicates: duplicateFields(text, json).length === 0 ? [] : repeatedYamlKeys(text) };
  let value: JsonValue;
  try {
    value = parseFirstYaml(text) ?? {};
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    throw badRequest(`error decoding YAML: error converting YAML to JSON: ${error.message}`);
  }
  if (isObject(value)) return { object: value, duplicates: repeatedYamlKeys(text) };
  const kind = Array.isArray(value) ? 'array' : typeof value;
  throw badRequest(
    `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`,
  );
}

/** Most clients send JSON, which is read much faster than YAML. */
function tryJson(text: string): JsonObject | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return undefined;
  }
}

function reportDuplicates(write: WriteRequest, options: WriteOptions, duplicates: readonly string[]): void {
  if (duplicates.length === 0 || options.fieldValidation === 'Ignore') return;
  if (options.fieldValidation === 'Strict') {
    const lines = duplicates.map((line) => `\n  ${line}`).join('');
    throw badRequest(`error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:${lines}`);
  }
  write.warnings.push(...duplicates);
}
