/** A definition as the server's checks see it: what all versions have in common stands at the top, which is what the paths of complaints name. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import { obj, objs, sub } from '../../validation/parts/read.ts';

const SHARED = {
  schema: 'validation',
  subresources: 'subresources',
  additionalPrinterColumns: 'additionalPrinterColumns',
  selectableFields: 'selectableFields',
} as const;

const isEmpty = (value: JsonValue | undefined): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);

export interface SpecForm {
  readonly spec: JsonObject;
  readonly versions: readonly JsonObject[];
}

export function specForm(definition: JsonObject): SpecForm {
  const spec: JsonObject = { ...sub(definition, 'spec') };
  let versions = objs(spec, 'versions').map((version) => ({ ...version }) as JsonObject);
  for (const [member, shared] of Object.entries(SHARED)) {
    const value = versions[0]?.[member];
    if (!versions.every((version) => equalValues(version[member] ?? null, value ?? null))) continue;
    versions = versions.map(({ [member]: _, ...rest }) => rest);
    if (!isEmpty(value)) spec[shared] = value as JsonValue;
  }
  return { spec, versions };
}

export function openApiSchema(holder: JsonObject | undefined): JsonObject | undefined {
  return obj(holder, 'openAPIV3Schema');
}

/** Subresources of one version, wherever they stand. */
export const subresourcesOf = (form: SpecForm, version: JsonObject): JsonObject | undefined =>
  obj(version, 'subresources') ??
  (form.versions.some((one) => obj(one, 'subresources') !== undefined) ? undefined : obj(form.spec, 'subresources'));
