/** Endpoints (core/v1). */
import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import type { KindRules } from '../kind-rules.ts';
import { endpointIpErrors, ipErrors } from '../parts/addresses.ts';
import { invalid, required } from '../parts/field-errors.ts';
import { dnsLabel, dnsSubdomain, portNumber, qualifiedName } from '../parts/formats.ts';
import { type Errors, format, given, items, num, objs, requiredEnum, size, str } from '../parts/read.ts';
import { PROTOCOLS } from '../pods/containers.ts';

function addressErrors(address: JsonObject, at: string, errors: Errors): void {
  const ip = str(address, 'ip');
  ipErrors(`${at}.ip`, ip, errors);
  if (str(address, 'hostname') !== '') format(`${at}.hostname`, str(address, 'hostname'), dnsLabel, errors);
  if (given(address, 'nodeName')) format(`${at}.nodeName`, str(address, 'nodeName'), (value) => dnsSubdomain(value), errors);
  endpointIpErrors(`${at}.ip`, ip, errors);
}

function portErrors(port: JsonObject, needsName: boolean, at: string, errors: Errors): void {
  const name = str(port, 'name');
  if (needsName && name === '') errors.push(required(`${at}.name`));
  else if (name !== '') format(`${at}.name`, name, dnsLabel, errors);
  const number = num(port, 'port') ?? 0;
  for (const words of portNumber(number)) errors.push(invalid(`${at}.port`, number, words));
  requiredEnum(port, 'protocol', at, PROTOCOLS, errors);
  if (given(port, 'appProtocol')) format(`${at}.appProtocol`, str(port, 'appProtocol'), qualifiedName, errors);
}

function endpoints(next: KubeObject, errors: Errors): void {
  for (const [i, subset] of objs(next as unknown as JsonObject, 'subsets').entries()) {
    const at = items('subsets', i);
    if (size(subset, 'addresses') === 0 && size(subset, 'notReadyAddresses') === 0)
      errors.push(required(at, 'must specify `addresses` or `notReadyAddresses`'));
    for (const list of ['addresses', 'notReadyAddresses']) {
      for (const [j, address] of objs(subset, list).entries()) addressErrors(address, items(`${at}.${list}`, j), errors);
    }
    const ports = objs(subset, 'ports');
    for (const [j, port] of ports.entries()) portErrors(port, ports.length > 1, items(`${at}.ports`, j), errors);
  }
}

const subsetsOf = (object: KubeObject): JsonObject[] => objs(object as unknown as JsonObject, 'subsets');

export const ENDPOINTS_RULES: Readonly<Record<string, KindRules>> = {
  '/Endpoints': {
    create: endpoints,
    update: (next, live, errors) => {
      // subsets that stay as they are were judged before
      if (!equalValues(subsetsOf(next), subsetsOf(live))) endpoints(next, errors);
    },
    metaOnUpdate: true,
  },
};
