import type { JsonObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import { internalGroup } from '../schema/internal-group.ts';
import { isRegistered } from '../schema/registered-kinds.ts';
import { apiVersionOf } from '../schema/type-names.ts';
import type { StatusError } from '../server/answers/status-error.ts';
import { badRequest, internalError, invalid } from '../server/answers/status-reasons.ts';
import type { ResourceCatalog } from '../server/resource-catalog.ts';
import { isObject, unrecognized } from './read-body.ts';

/** The body's kind and apiVersion must be those of the path; built-in kinds may leave them out. Throws StatusError 400. */
export function checkKind(
  catalog: ResourceCatalog,
  type: TypeInfo,
  raw: JsonObject,
  text: string = JSON.stringify(raw),
  { group, version, kind }: { readonly group: string; readonly version: string; readonly kind: string } = type,
): void {
  checkTypeMeta(raw, kind);
  const apiVersion = raw['apiVersion'];
  const bodyKind = raw['kind'];
  if (!type.builtin) {
    checkCustomKind(type, raw, text);
    return;
  }
  const wantedVersion = apiVersionOf({ group, version });
  const givenVersion = typeof apiVersion === 'string' && apiVersion !== '' ? apiVersion : wantedVersion;
  const givenKind = typeof bodyKind === 'string' && bodyKind !== '' ? bodyKind : kind;
  if (givenKind === kind && (givenVersion === wantedVersion || ALSO_TAKEN[kind]?.includes(givenVersion) === true)) return;
  const shortVersion = givenVersion.slice(givenVersion.indexOf('/') + 1);
  const isKnown = catalog.findKind(givenVersion, givenKind) !== undefined || isRegistered(givenVersion, givenKind);
  if (isKnown && givenKind === kind && internalGroup(groupOf(givenVersion), givenKind) === internalGroup(group, kind))
    throw wrongVersion(givenVersion, wantedVersion);
  const why = isKnown
    ? `converting (${shortVersion}.${givenKind}) to (${internalPackage(internalGroup(group, kind))}.${kind}): unknown conversion`
    : `no kind ${JSON.stringify(givenKind)} is registered for version ${JSON.stringify(givenVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`;
  throw badRequest(`${givenKind} in version ${JSON.stringify(shortVersion)} cannot be handled as a ${kind}: ${why}`);
}

/** Versions of kinds that are only sent, which are read like the newest. */
const ALSO_TAKEN: Readonly<Record<string, readonly string[]>> = { Eviction: ['policy/v1beta1'] };

/** Kind and apiVersion are texts, and the version has one slash at most. */
function checkTypeMeta(raw: JsonObject, kind: string): void {
  for (const key of ['apiVersion', 'kind']) {
    const value = raw[key];
    if (value === undefined || value === null || typeof value === 'string') continue;
    const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    throw unrecognized(
      kind,
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${type} into Go struct field .${key} of type string`,
      JSON.stringify(raw),
    );
  }
  const version = raw['apiVersion'];
  if (typeof version === 'string' && version.split('/').length > 2) {
    throw unrecognized(kind, `unexpected GroupVersion string: ${version}`, JSON.stringify(raw));
  }
}

function checkCustomKind(type: TypeInfo, raw: JsonObject, text: string): void {
  const { apiVersion, kind } = raw;
  if (typeof kind !== 'string' || kind === '') {
    throw unrecognized(type.kind, `Object 'Kind' is missing in '${text}'`, text);
  }
  const wanted = apiVersionOf(type);
  if (apiVersion !== wanted) {
    throw wrongVersion(String(apiVersion ?? ''), wanted);
  }
  if (kind !== type.kind) {
    const metadata = raw['metadata'];
    const name = isObject(metadata) && typeof metadata['name'] === 'string' ? metadata['name'] : '';
    const message = `Invalid value: ${JSON.stringify(kind)}: must be ${type.kind}`;
    throw invalid({ group: type.group, kind }, name, [{ reason: 'FieldValueInvalid', message, field: 'kind' }]);
  }
}

/** A patch leaves kind and apiVersion of a custom resource as they are. `raw` is its result. Throws StatusError 422 or 500. */
export function checkPatchedKind(type: TypeInfo, raw: JsonObject): void {
  const { apiVersion, kind } = raw;
  if (apiVersion === undefined || apiVersion === null || apiVersion === '')
    throw internalError("Object 'apiVersion' is missing in 'object has no apiVersion field'");
  const causes = Object.entries({ kind: type.kind, apiVersion: apiVersionOf(type) }).flatMap(([field, wanted]) =>
    raw[field] === wanted
      ? []
      : [{ reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(raw[field])}: must be ${wanted}`, field }],
  );
  if (causes.length === 0) return;
  const metadata = raw['metadata'];
  const name = isObject(metadata) && typeof metadata['name'] === 'string' ? metadata['name'] : '';
  const given = String(apiVersion);
  throw invalid({ group: given.includes('/') ? given.slice(0, given.indexOf('/')) : '', kind: String(kind) }, name, causes);
}

function wrongVersion(given: string, wanted: string): StatusError {
  return badRequest(`the API version in the data (${given}) does not match the expected API version (${wanted})`);
}

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '');

/** Go package of the internal types of a group. */
function internalPackage(group: string): string {
  return group === '' ? 'core' : (group.split('.')[0] ?? group);
}
