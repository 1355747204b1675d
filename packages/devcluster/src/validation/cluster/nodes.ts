import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import { readCidr } from '../../decode/ip-address.ts';
import type { KindRules } from '../kind-rules.ts';
import { cidrErrors } from '../parts/addresses.ts';
import { duplicate, forbidden, internal, invalid, notSupported, required } from '../parts/field-errors.ts';
import { labelValue, qualifiedName } from '../parts/formats.ts';
import { printInternal } from '../parts/internal-json.ts';
import { type Errors, format, items, objs, specOf, str, strs, sub } from '../parts/read.ts';
import { TAINT_EFFECTS } from '../pods/pod.ts';
import { quantityErrors } from '../pods/resources.ts';

function nodeTaints(spec: JsonObject, errors: Errors): void {
  const seen = new Set<string>();
  for (const [i, taint] of objs(spec, 'taints').entries()) {
    const path = items('metadata.taints', i);
    const key = str(taint, 'key');
    const effect = str(taint, 'effect');
    format(`${path}.key`, key, qualifiedName, errors);
    const words = labelValue(str(taint, 'value'));
    if (words.length > 0) errors.push(invalid(`${path}.value`, str(taint, 'value'), words.join(';')));
    if (effect === '') errors.push(required(`${path}.effect`));
    else if (!TAINT_EFFECTS.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, TAINT_EFFECTS));
    const pair = `${key}/${effect}`;
    if (seen.has(pair))
      errors.push({
        ...duplicate(path, printInternal('core.Taint', taint)),
        message: `${duplicate(path, printInternal('core.Taint', taint)).message}: taints must be unique by key and effect pair`,
      });
    seen.add(pair);
  }
}

function nodeUpdate(next: KubeObject, live: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  const old = specOf(live);
  const before = strs(old, 'podCIDRs');
  const after = strs(spec, 'podCIDRs');
  const words = 'node updates may not change podCIDR except from "" to valid';
  if (before.length > 0) {
    if (before.length !== after.length) errors.push(forbidden('spec.podCIDRs', words));
    else for (const [i, cidr] of before.entries()) if (cidr !== after[i]) errors.push(forbidden('spec.podCIDRs', words));
  }
  if (str(old, 'providerID') !== '' && str(old, 'providerID') !== str(spec, 'providerID')) {
    errors.push(forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'));
  }
  nodeTaints(spec, errors);
}

function podCidrs(spec: JsonObject, errors: Errors): void {
  const cidrs = strs(spec, 'podCIDRs');
  for (const [i, cidr] of cidrs.entries()) cidrErrors(items('spec.podCIDRs', i), cidr, errors);
  if (cidrs.length < 2) return;
  const bad = cidrs.findIndex((cidr) => readCidr(cidr) === undefined);
  if (bad >= 0) {
    const problem = `invalid CIDR[${bad}]: <nil> (invalid CIDR address: ${cidrs[bad]})`;
    errors.push(internal('spec.podCIDRs', `invalid PodCIDRs. failed to check with dual stack with error:${problem}`));
  }
  if (bad >= 0 || !oneOfEachFamily(cidrs))
    errors.push(invalid('spec.podCIDRs', cidrs, 'may specify no more than one CIDR for each IP family'));
}

/** Networks of a dual stack: one of IPv4 and one of IPv6. */
export function oneOfEachFamily(cidrs: readonly string[]): boolean {
  return cidrs.length === 2 && cidrs.filter((cidr) => cidr.includes(':')).length === 1;
}

function node(next: KubeObject, errors: Errors): void {
  nodeTaints(specOf(next), errors);
  podCidrs(specOf(next), errors);
}

function nodeStatus(next: KubeObject, live: KubeObject, errors: Errors): void {
  nodeUpdate(next, live, errors);
  const status = sub(next as unknown as JsonObject, 'status');
  for (const list of ['capacity', 'allocatable'])
    for (const name of Object.keys(sub(status, list))) quantityErrors(name, str(sub(status, list), name), `status.${list}.${name}`, errors);
  const addresses = objs(status, 'addresses');
  for (const [i, address] of addresses.entries()) {
    if (addresses.findIndex((one) => equalValues(one, address)) < i)
      errors.push(duplicate(`status.addresses[${i}]`, printInternal('core.NodeAddress', address)));
  }
}

export const NODE_RULES: Readonly<Record<string, KindRules>> = {
  '/Node': { order: 'create-first', create: node, update: nodeUpdate, status: nodeStatus },
};
