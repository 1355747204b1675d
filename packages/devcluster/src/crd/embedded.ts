/** Embedded objects (x-kubernetes-embedded-resource) have apiVersion, kind and metadata of the right form. */
import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { isMap } from '../apply/typed-view.ts';
import type { FieldError } from '../schema/contract.ts';
import { invalid, required } from '../validation/parts/field-errors.ts';
import { dns1035Label } from '../validation/parts/formats.ts';
import { objectMetaErrors } from '../validation/parts/object-meta.ts';
import type { Structural } from './structural.ts';

const child = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

export function embeddedErrors(value: JsonValue | undefined, schema: Structural, path: string, errors: FieldError[]): void {
  if (Array.isArray(value)) {
    if (schema.items !== undefined) for (let i = 0; i < value.length; i++) embeddedErrors(value[i], schema.items, `${path}[${i}]`, errors);
    return;
  }
  if (value === undefined || !isMap(value)) return;
  if (schema.embedded) headErrors(value, path, errors);
  for (const key of Object.keys(value)) {
    const declared = schema.properties.get(key);
    if (declared !== undefined) embeddedErrors(value[key], declared, child(path, key), errors);
    else if (schema.additional !== undefined) embeddedErrors(value[key], schema.additional, `${path}[${key}]`, errors);
  }
}

function headErrors(value: JsonObject, path: string, errors: FieldError[]): void {
  const { apiVersion, kind, metadata } = value;
  if (apiVersion === undefined) errors.push(required(child(path, 'apiVersion')));
  if (kind === undefined) errors.push(required(child(path, 'kind')));
  if (apiVersion !== undefined) {
    if (typeof apiVersion !== 'string') errors.push(invalid(child(path, 'apiVersion'), apiVersion, 'must be a string'));
    else if (apiVersion === '') errors.push(invalid(child(path, 'apiVersion'), apiVersion, 'must not be empty'));
    else if (apiVersion.split('/').length > 2) {
      errors.push(invalid(child(path, 'apiVersion'), apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
    }
  }
  if (kind !== undefined) {
    if (typeof kind !== 'string') errors.push(invalid(child(path, 'kind'), kind, 'must be a string'));
    else if (kind === '') errors.push(invalid(child(path, 'kind'), kind, 'must not be empty'));
    else {
      const words = dns1035Label(kind.toLowerCase());
      if (words.length > 0)
        errors.push(invalid(child(path, 'kind'), kind, `may have mixed case, but should otherwise match: ${words.join(',')}`));
    }
  }
  if (metadata === undefined || !isMap(metadata)) return;
  const complaints: FieldError[] = [];
  const object = { apiVersion: '', kind: '', metadata: { name: 'fakename', ...metadata } } as KubeObject;
  objectMetaErrors(object, typeof metadata['namespace'] === 'string' && metadata['namespace'] !== '', 'segment', complaints);
  for (const complaint of complaints) errors.push({ ...complaint, field: child(path, complaint.field) });
}
