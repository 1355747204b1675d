/** Kinds of the cluster that belong to nobody else: APIServices, runtime classes, addresses of services. */
import type { KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import { readCidr } from '../../decode/ip-address.ts';
import type { KindRules } from '../kind-rules.ts';
import { cidrErrors, ipErrors } from '../parts/addresses.ts';
import { duplicate, invalid, required } from '../parts/field-errors.ts';
import { dns1035Label, dnsLabel, dnsSubdomain, pathSegment, portNumber } from '../parts/formats.ts';
import { printInternal } from '../parts/internal-json.ts';
import { IMMUTABLE, immutable, labelErrors } from '../parts/object-meta.ts';
import { type Errors, flag, format, items, members, num, obj, objs, specOf, str, strs, sub } from '../parts/read.ts';
import { requiredSegment } from '../parts/references.ts';
import { tolerationErrors } from '../pods/pod.ts';
import { containerResourceErrors } from '../pods/resources.ts';
import { oneOfEachFamily } from './nodes.ts';

const subdomain = (value: string): string[] => dnsSubdomain(value);

/** Named version.group, so `v1.` for the core group. */
function apiServiceName(next: KubeObject, errors: Errors): void {
  const name = next.metadata.name ?? '';
  const wanted = `${str(specOf(next), 'version')}.${str(specOf(next), 'group')}`;
  if (name === '' || pathSegment(name).length > 0 || name === wanted) return;
  errors.push(invalid('metadata.name', name, `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`));
}

function apiService(next: KubeObject, errors: Errors): void {
  apiServiceName(next, errors);
  const spec = specOf(next);
  const group = str(spec, 'group');
  const version = str(spec, 'version');
  if (group === '' && version !== 'v1') errors.push(required('spec.group', 'only v1 may have an empty group and it better be legacy kube'));
  if (group !== '') format('spec.group', group, subdomain, errors);
  format('spec.version', version, dns1035Label, errors);
  for (const [name, most] of [
    ['groupPriorityMinimum', 20_000],
    ['versionPriority', 1000],
  ] as const) {
    const value = num(spec, name) ?? 0;
    if (value <= 0 || value > most) errors.push(invalid(`spec.${name}`, value, `must be positive and less than ${most}`));
  }
  const bundle = Buffer.from(str(spec, 'caBundle'), 'base64').length;
  const skips = flag(spec, 'insecureSkipTLSVerify');
  const service = obj(spec, 'service');
  if (service === undefined) {
    if (bundle > 0) errors.push(invalid('spec.caBundle', `${bundle} bytes`, 'local APIServices may not have a caBundle'));
    if (skips) errors.push(invalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify'));
    return;
  }
  for (const name of ['namespace', 'name']) if (str(service, name) === '') errors.push(required(`spec.service.${name}`));
  const port = num(service, 'port') ?? 0;
  const wrong = portNumber(port);
  if (wrong.length > 0) errors.push(invalid('spec.service.port', port, `port is not valid: ${wrong.join(', ')}`));
  if (skips && bundle > 0) errors.push(invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'));
}

function runtimeClass(next: KubeObject, errors: Errors): void {
  const handler = str(members(next), 'handler');
  if (handler === '') errors.push(required('handler'));
  else format('handler', handler, dnsLabel, errors);
  const overhead = obj(members(next), 'overhead');
  if (overhead !== undefined) containerResourceErrors({ limits: sub(overhead, 'podFixed') }, new Set(), 'overhead', errors);
  const scheduling = obj(members(next), 'scheduling');
  if (scheduling === undefined) return;
  labelErrors(scheduling['nodeSelector'], 'scheduling.nodeSelector', errors);
  tolerationErrors(objs(scheduling, 'tolerations'), 'scheduling.tolerations', errors);
  const seen = new Set<string>();
  for (const [i, toleration] of objs(scheduling, 'tolerations').entries()) {
    const key = JSON.stringify(['key', 'operator', 'value', 'effect'].map((name) => str(toleration, name)));
    if (seen.has(key)) errors.push(duplicate(items('scheduling.tolerations', i), printInternal('core.Toleration', toleration)));
    seen.add(key);
  }
}

const CIDRS = 'spec.cidrs';

function serviceCidr(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  const cidrs = strs(spec, 'cidrs');
  if (cidrs.length === 0) errors.push(required(CIDRS, 'at least one CIDR required'));
  if (cidrs.length > 2) errors.push(invalid(CIDRS, printInternal('networking.ServiceCIDRSpec', spec), 'may only hold up to 2 values'));
  if (cidrs.length > 2) return;
  for (const [i, cidr] of cidrs.entries()) cidrErrors(items(CIDRS, i), cidr, errors, 'canonical');
  if (cidrs.length === 2 && cidrs.every((cidr) => readCidr(cidr) !== undefined) && !oneOfEachFamily(cidrs)) {
    const words = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
    errors.push(invalid(CIDRS, cidrs, words));
  }
}

/** Networks stay; one of the other family may join a single one. */
function serviceCidrUpdate(next: KubeObject, live: KubeObject, errors: Errors): void {
  const [after, before] = [strs(specOf(next), 'cidrs'), strs(specOf(live), 'cidrs')];
  const joins = before.length === 1 && after.length === 2;
  if (!joins && after.length !== before.length) {
    errors.push(invalid(CIDRS, after, IMMUTABLE));
    return;
  }
  for (const [i, cidr] of before.entries()) if (cidr !== after[i]) errors.push(invalid(items(CIDRS, i), after[i], IMMUTABLE));
  if (joins) serviceCidr(next, errors);
}

function ipAddress(next: KubeObject, errors: Errors): void {
  const name = next.metadata.name ?? '';
  if (name !== '') ipErrors('metadata.name', name, errors, 'canonical');
  const parent = obj(specOf(next), 'parentRef');
  const at = 'spec.parentRef';
  if (parent === undefined) {
    errors.push(required(at));
    return;
  }
  if (str(parent, 'group') !== '') format(`${at}.group`, str(parent, 'group'), subdomain, errors);
  requiredSegment(parent, 'resource', at, errors);
  requiredSegment(parent, 'name', at, errors);
  if (str(parent, 'namespace') !== '') format(`${at}.namespace`, str(parent, 'namespace'), pathSegment, errors);
}

export const CLUSTER_RULES: Readonly<Record<string, KindRules>> = {
  'apiregistration.k8s.io/APIService': { name: 'segment', create: apiService, update: (next, _live, errors) => apiService(next, errors) },
  'node.k8s.io/RuntimeClass': {
    order: 'create-first',
    create: runtimeClass,
    update: (next, live, errors) => immutable('handler', str(members(next), 'handler'), str(members(live), 'handler'), errors),
  },
  'networking.k8s.io/ServiceCIDR': { create: serviceCidr, update: serviceCidrUpdate },
  'networking.k8s.io/IPAddress': {
    name: 'segment',
    create: ipAddress,
    update: (next, live, errors) => {
      const [after, before] = [obj(specOf(next), 'parentRef'), obj(specOf(live), 'parentRef')];
      if (equalValues(after ?? null, before ?? null)) return;
      errors.push(invalid('spec.parentRef', after === undefined ? null : printInternal('networking.ParentReference', after), IMMUTABLE));
    },
  },
};
