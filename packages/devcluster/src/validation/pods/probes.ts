import type { JsonObject, JsonValue } from '@caretaker/kube';
import { forbidden, invalid, notSupported, required } from '../parts/field-errors.ts';
import { headerName, inclusiveRange, portName, portNumber } from '../parts/formats.ts';
import { type Errors, format, given, notNegative, num, obj, objs, size, str } from '../parts/read.ts';

/** A port number, or the name of one. */
export function portErrors(port: JsonValue | undefined, path: string, errors: Errors): void {
  if (typeof port === 'string') format(path, port, portName, errors);
  else
    for (const words of portNumber(typeof port === 'number' ? port : 0))
      errors.push(invalid(path, typeof port === 'number' ? port : 0, words));
}

function httpGet(action: JsonObject, at: string, errors: Errors): void {
  if (str(action, 'path') === '') errors.push(required(`${at}.path`));
  portErrors(action['port'], `${at}.port`, errors);
  const scheme = str(action, 'scheme');
  if (scheme !== 'HTTP' && scheme !== 'HTTPS') errors.push(notSupported(`${at}.scheme`, scheme, ['HTTP', 'HTTPS']));
  for (const header of objs(action, 'httpHeaders')) format(`${at}.httpHeaders`, str(header, 'name'), headerName, errors);
}

type Action = (action: JsonObject, at: string, errors: Errors, grace: number | undefined) => void;

const ACTIONS: readonly (readonly [string, Action])[] = [
  ['exec', (action, at, errors) => void (size(action, 'command') === 0 && errors.push(required(`${at}.command`)))],
  ['httpGet', httpGet],
  ['tcpSocket', (action, at, errors) => portErrors(action['port'], `${at}.port`, errors)],
  ['grpc', (action, at, errors) => portErrors(num(action, 'port') ?? 0, `${at}.port`, errors)],
  [
    'sleep',
    (action, at, errors, grace) => {
      const seconds = num(action, 'seconds') ?? 0;
      if (grace === undefined || (seconds >= 0 && seconds <= grace)) return;
      errors.push(invalid(at, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`));
    },
  ],
];

/** Exactly one handler of a probe or of a life cycle hook. */
export function handlerErrors(handler: JsonObject, at: string, kinds: readonly string[], grace: number | undefined, errors: Errors): void {
  let count = 0;
  for (const [name, check] of ACTIONS) {
    const action = obj(handler, name);
    if (action === undefined || !kinds.includes(name)) continue;
    if (count > 0) errors.push(forbidden(`${at}.${name}`, 'may not specify more than 1 handler type'));
    else check(action, `${at}.${name}`, errors, grace);
    count++;
  }
  if (count === 0) errors.push(required(at, 'must specify a handler type'));
}

const PROBE_KINDS = ['exec', 'httpGet', 'tcpSocket', 'grpc'];
export const HOOK_KINDS = ['exec', 'httpGet', 'tcpSocket', 'sleep'];

export function probeErrors(container: JsonObject, name: string, at: string, grace: number | undefined, errors: Errors): void {
  const probe = obj(container, name);
  if (probe === undefined) return;
  const path = `${at}.${name}`;
  handlerErrors(probe, path, PROBE_KINDS, grace, errors);
  for (const field of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'])
    notNegative(probe, field, path, errors);
  const seconds = num(probe, 'terminationGracePeriodSeconds');
  if (seconds !== undefined && seconds <= 0)
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, seconds, 'must be greater than 0'));
  if (name === 'readinessProbe') {
    if (given(probe, 'terminationGracePeriodSeconds')) {
      errors.push(invalid(`${path}.terminationGracePeriodSeconds`, seconds, 'must not be set for readinessProbes'));
    }
  } else if (num(probe, 'successThreshold') !== 1)
    errors.push(invalid(`${path}.successThreshold`, num(probe, 'successThreshold') ?? 0, 'must be 1'));
}

export const MAX_INT32 = 2147483647;
export const int32Range = inclusiveRange(1, MAX_INT32);
