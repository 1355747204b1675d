import type { JsonObject, KubeObject } from '@caretaker/kube';
import type { KindRules } from '../kind-rules.ts';
import { cidrErrors, endpointIpErrors, ipErrors } from '../parts/addresses.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../parts/field-errors.ts';
import { dnsLabel, dnsSubdomain, portNumber, qualifiedName } from '../parts/formats.ts';
import { printInternal } from '../parts/internal-json.ts';
import { labelErrors } from '../parts/object-meta.ts';
import {
  type Errors,
  format,
  given,
  items,
  num,
  obj,
  objs,
  optionalEnum,
  requiredEnum,
  size,
  specOf,
  str,
  strs,
  sub,
} from '../parts/read.ts';
import { PROTOCOLS } from '../pods/containers.ts';
import { portErrors } from '../pods/probes.ts';
import { loadBalancerErrors } from './networking.ts';

const isHeadless = (spec: JsonObject): boolean => strs(spec, 'clusterIPs')[0] === 'None' || str(spec, 'clusterIP') === 'None';

function byType(spec: JsonObject, errors: Errors): void {
  const type = str(spec, 'type');
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec)) {
    errors.push(invalid('spec.clusterIPs[0]', strs(spec, 'clusterIPs')[0] ?? 'None', `may not be set to 'None' for ${type} services`));
  }
  if (type !== 'ExternalName') return;
  for (const name of ['clusterIPs', 'ipFamilies'])
    if (size(spec, name) > 0) errors.push(forbidden(`spec.${name}`, 'may not be set for ExternalName services'));
  if (given(spec, 'ipFamilyPolicy')) errors.push(forbidden('spec.ipFamilyPolicy', 'may not be set for ExternalName services'));
  const name = str(spec, 'externalName').replace(/\.$/, '');
  if (name === '') errors.push(required('spec.externalName'));
  else format('spec.externalName', name, (value) => dnsSubdomain(value), errors);
}

function portsErrors(spec: JsonObject, errors: Errors): void {
  const list = objs(spec, 'ports');
  const names = new Set<string>();
  for (const [i, port] of list.entries()) {
    const path = items('spec.ports', i);
    const name = str(port, 'name');
    if (list.length > 1 && name === '') errors.push(required(`${path}.name`));
    else if (name !== '') {
      format(`${path}.name`, name, dnsLabel, errors);
      if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
      names.add(name);
    }
    const number = num(port, 'port') ?? 0;
    for (const words of portNumber(number)) errors.push(invalid(`${path}.port`, number, words));
    requiredEnum(port, 'protocol', path, PROTOCOLS, errors);
    portErrors(port['targetPort'], `${path}.targetPort`, errors);
    if (given(port, 'appProtocol')) format(`${path}.appProtocol`, str(port, 'appProtocol'), qualifiedName, errors);
  }
}

/** Addresses and families of a service among themselves. */
export function clusterIps(spec: JsonObject, errors: Errors): void {
  if (str(spec, 'type') === 'ExternalName') return;
  const ips = strs(spec, 'clusterIPs');
  const ip = str(spec, 'clusterIP');
  if (ip !== '') {
    if (ips.length === 0) errors.push(required('spec.clusterIPs'));
    else if (ips[0] !== ip) errors.push(invalid('spec.clusterIPs', ips, 'first value must match `clusterIP`'));
  } else if (ips.length > 0) errors.push(invalid('spec.clusterIPs', ips, 'must be empty when `clusterIP` is not specified'));
  const seen = new Set<string>();
  for (const [i, family] of strs(spec, 'ipFamilies').entries()) {
    if (family !== 'IPv4' && family !== 'IPv6') errors.push(notSupported(items('spec.ipFamilies', i), family, ['IPv4', 'IPv6']));
    if (seen.has(family)) errors.push(duplicate(items('spec.ipFamilies', i), family));
    seen.add(family);
  }
  optionalEnum(spec, 'ipFamilyPolicy', 'spec', ['PreferDualStack', 'RequireDualStack', 'SingleStack'], errors);
  const before = errors.length;
  for (const [i, one] of ips.entries()) {
    if (i === 0 && one === 'None') {
      if (ips.length > 1) errors.push(invalid('spec.clusterIPs', ips, "'None' must be the first and only value"));
      continue;
    }
    ipErrors(items('spec.clusterIPs', i), one, errors);
  }
  const wrong = errors.length > before;
  if (ips.length > 2) errors.push(invalid('spec.clusterIPs', ips, 'may only hold up to 2 values'));
  if (wrong) return;
  if (ips.length > 1 && ips[0]?.includes(':') === ips[1]?.includes(':'))
    errors.push(invalid('spec.clusterIPs', ips, 'may specify no more than one IP for each IP family'));
  for (const [i, family] of strs(spec, 'ipFamilies').entries()) {
    const one = ips[i];
    if (one === undefined || one === 'None' || (family !== 'IPv4' && family !== 'IPv6')) continue;
    if (one.includes(':') !== (family === 'IPv6'))
      errors.push(invalid(items('spec.clusterIPs', i), one, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``));
  }
}

function affinity(spec: JsonObject, errors: Errors): void {
  requiredEnum(spec, 'sessionAffinity', 'spec', ['ClientIP', 'None'], errors);
  const config = obj(spec, 'sessionAffinityConfig');
  if (str(spec, 'sessionAffinity') === 'ClientIP') {
    const path = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds';
    const seconds = num(obj(config, 'clientIP'), 'timeoutSeconds');
    if (seconds === undefined) errors.push(required(path, 'when session affinity type is ClientIP'));
    else if (seconds <= 0 || seconds > 86400) errors.push(invalid(path, seconds, 'must be greater than 0 and less than 86400'));
  } else if (config !== undefined && str(spec, 'sessionAffinity') === 'None') {
    errors.push(forbidden('spec.sessionAffinityConfig', 'must not be set when session affinity is None'));
  }
}

function nodePorts(spec: JsonObject, errors: Errors): void {
  const list = objs(spec, 'ports');
  if (str(spec, 'type') === 'ClusterIP') {
    for (const [i, port] of list.entries()) {
      if ((num(port, 'nodePort') ?? 0) !== 0)
        errors.push(forbidden(`${items('spec.ports', i)}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
    }
  }
  const seenNode = new Set<string>();
  for (const [i, port] of list.entries()) {
    const number = num(port, 'nodePort') ?? 0;
    if (number === 0) continue;
    const key = `${str(port, 'protocol')} ${number}`;
    if (seenNode.has(key)) errors.push(duplicate(`${items('spec.ports', i)}.nodePort`, number));
    seenNode.add(key);
  }
  const seen = new Set<string>();
  for (const [i, port] of list.entries()) {
    const key = `${str(port, 'protocol')} ${num(port, 'port') ?? 0}`;
    if (seen.has(key)) {
      const value = printInternal('core.ServicePort', { protocol: str(port, 'protocol'), port: num(port, 'port') ?? 0 });
      errors.push(duplicate(items('spec.ports', i), value));
    }
    seen.add(key);
  }
}

function isExternal(spec: JsonObject): boolean {
  const type = str(spec, 'type');
  return type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && size(spec, 'externalIPs') > 0);
}

function traffic(spec: JsonObject, errors: Errors): void {
  const external = str(spec, 'externalTrafficPolicy');
  if (!isExternal(spec)) {
    if (external !== '') errors.push(invalid('spec.externalTrafficPolicy', external, 'may only be set for externally-accessible services'));
  } else requiredEnum(spec, 'externalTrafficPolicy', 'spec', ['Cluster', 'Local'], errors);
  const health = num(spec, 'healthCheckNodePort') ?? 0;
  const needsHealth = str(spec, 'type') === 'LoadBalancer' && external === 'Local';
  if (!needsHealth && health !== 0) {
    errors.push(
      invalid('spec.healthCheckNodePort', health, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"),
    );
  }
  const type = str(spec, 'type');
  if (!given(spec, 'internalTrafficPolicy') && ['NodePort', 'LoadBalancer', 'ClusterIP'].includes(type))
    errors.push(required('spec.internalTrafficPolicy'));
  optionalEnum(spec, 'internalTrafficPolicy', 'spec', ['Cluster', 'Local'], errors);
  optionalEnum(spec, 'trafficDistribution', 'spec', ['PreferClose', 'PreferSameZone', 'PreferSameNode'], errors);
}

function loadBalancer(spec: JsonObject, errors: Errors): void {
  const isBalancer = str(spec, 'type') === 'LoadBalancer';
  const ranges = strs(spec, 'loadBalancerSourceRanges');
  if (ranges.length > 0) {
    if (!isBalancer) errors.push(forbidden('spec.LoadBalancerSourceRanges', "may only be used when `type` is 'LoadBalancer'"));
    for (const [i, range] of ranges.entries()) cidrErrors(items('spec.LoadBalancerSourceRanges', i), range.trim(), errors);
  }
  if (given(spec, 'allocateLoadBalancerNodePorts') && !isBalancer) {
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', "may only be used when `type` is 'LoadBalancer'"));
  }
  if (given(spec, 'loadBalancerClass')) {
    if (!isBalancer) errors.push(forbidden('spec.loadBalancerClass', "may only be used when `type` is 'LoadBalancer'"));
    else format('spec.loadBalancerClass', str(spec, 'loadBalancerClass'), qualifiedName, errors);
  }
}

function serviceErrors(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  if (size(spec, 'ports') === 0 && !isHeadless(spec) && str(spec, 'type') !== 'ExternalName') errors.push(required('spec.ports'));
  byType(spec, errors);
  portsErrors(spec, errors);
  labelErrors(spec['selector'], 'spec.selector', errors);
  affinity(spec, errors);
  clusterIps(spec, errors);
  for (const [i, ip] of strs(spec, 'externalIPs').entries()) {
    const path = items('spec.externalIPs', i);
    const before = errors.length;
    ipErrors(path, ip, errors);
    if (errors.length === before) endpointIpErrors(path, ip, errors);
  }
  requiredEnum(spec, 'type', 'spec', ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'], errors);
  nodePorts(spec, errors);
  loadBalancer(spec, errors);
  traffic(spec, errors);
}

/** The primary address stays for as long as the service has one. */
function serviceUpdate(next: KubeObject, live: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  const old = specOf(live);
  if (str(old, 'type') !== 'ExternalName' && str(spec, 'type') !== 'ExternalName') {
    const before = strs(old, 'clusterIPs');
    const after = strs(spec, 'clusterIPs');
    if (before.length > 0) {
      if (after.length === 0) errors.push(invalid('spec.clusterIPs[0]', after, 'primary clusterIP can not be unset'));
      else if (before[0] !== after[0]) errors.push(invalid('spec.clusterIPs[0]', after, 'may not change once set'));
    }
    if (before.length > 1 && after.length > 1 && before[1] !== after[1])
      errors.push(invalid('spec.clusterIPs[1]', after, 'may not change once set'));
    const families = strs(old, 'ipFamilies');
    const now = strs(spec, 'ipFamilies');
    if (families.length > 0 && !(isHeadless(spec) && size(spec, 'selector') === 0)) {
      if (now.length === 0) errors.push(invalid('spec.ipFamilies[0]', now, 'primary ipFamily can not be unset'));
      else if (families[0] !== now[0]) errors.push(invalid('spec.ipFamilies[0]', now, 'may not change once set'));
    }
  }
  const wasBalancer = str(old, 'type') === 'LoadBalancer' && str(spec, 'type') === 'LoadBalancer';
  if (wasBalancer && str(old, 'loadBalancerClass') !== str(spec, 'loadBalancerClass')) {
    errors.push(
      invalid(
        'spec.loadBalancerClass',
        given(spec, 'loadBalancerClass') ? str(spec, 'loadBalancerClass') : null,
        'may not change once set',
      ),
    );
  }
  serviceErrors(next, errors);
}

function serviceStatus(next: KubeObject, _live: KubeObject, errors: Errors): void {
  const ingress = sub(sub(next as unknown as JsonObject, 'status'), 'loadBalancer');
  if (str(specOf(next), 'type') !== 'LoadBalancer' && size(ingress, 'ingress') > 0)
    errors.push(forbidden('status.loadBalancer.ingress', "may only be used when `spec.type` is 'LoadBalancer'"));
  else loadBalancerErrors(next, true, errors);
}

export const SERVICE_RULES: Readonly<Record<string, KindRules>> = {
  '/Service': { name: 'label', create: serviceErrors, update: serviceUpdate, status: serviceStatus },
};
