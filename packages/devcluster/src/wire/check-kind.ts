import type { JsonObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import { apiVersionOf } from '../schema/type-names.ts';
import type { ResourceCatalog } from '../server/resource-catalog.ts';
import { badRequest, invalid } from '../server/status-reasons.ts';
import { isObject, unrecognized } from './read-body.ts';

/** The body's kind and apiVersion must be those of the path; built-in kinds may leave them out. Throws StatusError 400. */
export function checkKind(
  catalog: ResourceCatalog,
  type: TypeInfo,
  raw: JsonObject,
  group = type.group,
  version = type.version,
  kind = type.kind,
): void {
  checkTypeMeta(raw, kind);
  const apiVersion = raw['apiVersion'];
  const bodyKind = raw['kind'];
  if (!type.builtin) {
    checkCustomKind(type, raw, apiVersion, bodyKind);
    return;
  }
  const wantedVersion = apiVersionOf({ group, version });
  const givenVersion = typeof apiVersion === 'string' && apiVersion !== '' ? apiVersion : wantedVersion;
  const givenKind = typeof bodyKind === 'string' && bodyKind !== '' ? bodyKind : kind;
  if (givenVersion === wantedVersion && givenKind === kind) return;
  const shortVersion = givenVersion.slice(givenVersion.indexOf('/') + 1);
  const known = catalog.findKind(givenVersion, givenKind) !== undefined;
  const why = known
    ? `converting (${shortVersion}.${givenKind}) to (${internalPackage(group)}.${kind}): unknown conversion`
    : `no kind ${JSON.stringify(givenKind)} is registered for version ${JSON.stringify(givenVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`;
  throw badRequest(`${givenKind} in version ${JSON.stringify(shortVersion)} cannot be handled as a ${kind}: ${why}`);
}

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

function checkCustomKind(type: TypeInfo, raw: JsonObject, apiVersion: unknown, kind: unknown): void {
  if (typeof kind !== 'string' || kind === '') {
    const text = JSON.stringify(raw);
    throw unrecognized(type.kind, `Object 'Kind' is missing in '${text}'`, text);
  }
  const wanted = apiVersionOf(type);
  if (apiVersion !== wanted) {
    throw badRequest(`the API version in the data (${String(apiVersion ?? '')}) does not match the expected API version (${wanted})`);
  }
  if (kind !== type.kind) {
    const metadata = raw['metadata'];
    const name = isObject(metadata) && typeof metadata['name'] === 'string' ? metadata['name'] : '';
    const message = `Invalid value: ${JSON.stringify(kind)}: must be ${type.kind}`;
    throw invalid({ group: type.group, kind }, name, [{ reason: 'FieldValueInvalid', message, field: 'kind' }]);
  }
}

/** Go package of the internal types of a group. */
function internalPackage(group: string): string {
  return group === '' ? 'core' : (group.split('.')[0] ?? group);
}
