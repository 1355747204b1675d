/** Names and parameters of what provides volumes. */
import type { JsonObject } from '@caretaker/kube';
import { invalid, required, tooLong } from '../parts/field-errors.ts';
import { dnsSubdomain, qualifiedName } from '../parts/formats.ts';
import { type Errors, format, obj, size } from '../parts/read.ts';

/** The name of a CSI driver as other objects give it. */
export function driverName(name: string, at: string, errors: Errors): void {
  if (name === '') {
    errors.push(required(at));
    return;
  }
  if (name.length > 63) errors.push(tooLong(at, 63));
  for (const words of dnsSubdomain(name.toLowerCase())) errors.push(invalid(at, name, words));
}

export function provisioner(name: string, at: string, errors: Errors): void {
  if (name === '') errors.push(required(at));
  else format(at, name.toLowerCase(), qualifiedName, errors);
}

const MOST_PARAMETERS = 512;
const MOST_BYTES = 256 * 1024;

export function parameters(object: JsonObject, needed: boolean, errors: Errors): void {
  const at = 'parameters';
  if (size(object, at) > MOST_PARAMETERS) {
    errors.push(tooLong(at, MOST_PARAMETERS));
    return;
  }
  let bytes = 0;
  for (const [key, value] of Object.entries(obj(object, at) ?? {})) {
    if (key === '') errors.push(invalid(at, key, 'field can not be empty.'));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(String(value));
  }
  if (bytes > MOST_BYTES) errors.push(tooLong(at, MOST_BYTES));
  if (needed && size(object, at) === 0) errors.push(required(at, 'must contain at least one key/value pair'));
}
