/** resource.k8s.io: parts that claims, classes and slices of devices share. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { duplicate, invalid, notSupported, required, tooLong, tooMany } from '../parts/field-errors.ts';
import { dnsSubdomain, labelValue, qualifiedName, regexComplaint } from '../parts/formats.ts';
import { type Errors, format, isObj, items, obj, str } from '../parts/read.ts';
import { driverName } from '../pods/volume-drivers.ts';

/** Items of a list that is a set by their keys: too many are not looked at. Those that stand twice are told of last. */
export function setErrors<T>(
  list: readonly T[],
  most: number,
  at: string,
  errors: Errors,
  keyOf: (item: T) => string,
  check: (item: T, at: string) => void,
): void {
  if (list.length > most) {
    errors.push(tooMany(at, list.length, most));
    return;
  }
  for (const [i, item] of list.entries()) check(item, items(at, i));
  const keys = list.map(keyOf);
  for (const [i, key] of keys.entries()) if (keys.indexOf(key) < i) errors.push(duplicate(items(at, i), key));
}

const LONGEST_PARAMETERS = 10 * 1024;

function parametersErrors(value: JsonValue | undefined, at: string, errors: Errors): void {
  if (value === undefined || value === null) errors.push(required(at));
  else if (JSON.stringify(value).length > LONGEST_PARAMETERS) errors.push(tooLong(at, LONGEST_PARAMETERS));
  else if (!isObj(value)) errors.push(invalid(at, '<value omitted>', 'must be a valid JSON object'));
}

/** What a driver is told in its own words. */
export function configurationErrors(config: JsonObject, at: string, errors: Errors): void {
  const opaque = obj(config, 'opaque');
  if (opaque === undefined) {
    errors.push(required(`${at}.opaque`));
    return;
  }
  driverName(str(opaque, 'driver'), `${at}.opaque.driver`, errors);
  parametersErrors(opaque['parameters'], `${at}.opaque.parameters`, errors);
}

const LONGEST_ID = 32;
const IDENTIFIER = '[A-Za-z_][A-Za-z0-9_]*';

function identifierErrors(id: string, at: string, errors: Errors): void {
  if (id.length > LONGEST_ID) errors.push(tooLong(at, LONGEST_ID));
  if (new RegExp(`^${IDENTIFIER}$`).test(id)) return;
  const words = "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'";
  errors.push(invalid(at, id, regexComplaint(words, IDENTIFIER, 'my_name', 'MY_NAME', 'MyName')));
}

/** `model` or `gpu.example.com/model`. Names with more slashes are not looked at. */
export function attributeNameErrors(name: string, at: string, errors: Errors): void {
  const [first = '', second, ...more] = name.split('/');
  if (second === undefined) identifierErrors(first, at, errors);
  if (second === undefined || more.length > 0) return;
  if (first === '') errors.push(invalid(at, '', 'the domain must not be empty'));
  else driverName(first, at, errors);
  if (second === '') errors.push(invalid(at, '', 'the name must not be empty'));
  else identifierErrors(second, at, errors);
}

export function fullAttributeNameErrors(name: string, at: string, errors: Errors): void {
  attributeNameErrors(name, at, errors);
  if (!name.includes('/')) errors.push(invalid(at, name, 'a fully qualified name must be a domain and a name separated by a slash'));
}

const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];

const effectErrors = (one: JsonObject, at: string, errors: Errors): void => {
  if (!EFFECTS.includes(str(one, 'effect'))) errors.push(notSupported(`${at}.effect`, str(one, 'effect'), EFFECTS));
};

export function deviceTaintErrors(taint: JsonObject, at: string, errors: Errors): void {
  format(`${at}.key`, str(taint, 'key'), qualifiedName, errors);
  if (str(taint, 'value') !== '') format(`${at}.value`, str(taint, 'value'), labelValue, errors);
  if (str(taint, 'effect') === '') errors.push(required(`${at}.effect`));
  else effectErrors(taint, at, errors);
}

export function deviceTolerationErrors(toleration: JsonObject, at: string, errors: Errors): void {
  const [operator, value] = [str(toleration, 'operator'), str(toleration, 'value')];
  if (str(toleration, 'key') !== '') format(`${at}.key`, str(toleration, 'key'), qualifiedName, errors);
  if (operator === '') errors.push(required(`${at}.operator`));
  else if (operator === 'Equal') format(`${at}.value`, value, labelValue, errors);
  else if (operator !== 'Exists') errors.push(notSupported(`${at}.operator`, operator, ['Equal', 'Exists']));
  else if (value !== '') errors.push(invalid(`${at}.value`, value, 'must be empty for operator `Exists`'));
  if (str(toleration, 'effect') !== '') effectErrors(toleration, at, errors);
}

const LONGEST_POOL = 253;

export function poolNameErrors(name: string, at: string, errors: Errors): void {
  if (name === '') errors.push(required(at));
  if (name.length > LONGEST_POOL) errors.push(tooLong(at, LONGEST_POOL));
  if (name !== '') for (const part of name.split('/')) format(at, part, (value) => dnsSubdomain(value), errors);
}
