import type { JsonObject, KubeObject } from '@caretaker/kube';
import { givenEmpty } from '../../decode/given-empty.ts';
import { isStrictSubset, readCidr } from '../../decode/ip-address.ts';
import type { KindRules } from '../kind-rules.ts';
import { cidrErrors, ipErrors, isIp } from '../parts/addresses.ts';
import { forbidden, invalid, notSupported, required, tooLong } from '../parts/field-errors.ts';
import { dnsLabel, dnsSubdomain, portName, portNumber, wildcardSubdomain } from '../parts/formats.ts';
import { immutable } from '../parts/object-meta.ts';
import { type Errors, format, given, items, num, obj, objs, size, specOf, str, strs, sub } from '../parts/read.ts';
import { requiredSegment } from '../parts/references.ts';
import { selectorErrors } from '../parts/selectors.ts';

const subdomain = (value: string): string[] => dnsSubdomain(value);

function policyPort(port: JsonObject, at: string, errors: Errors): void {
  const protocol = str(port, 'protocol');
  if (given(port, 'protocol') && !['TCP', 'UDP', 'SCTP'].includes(protocol))
    errors.push(notSupported(`${at}.protocol`, protocol, ['TCP', 'UDP', 'SCTP']));
  const value = port['port'];
  const end = num(port, 'endPort');
  if (typeof value === 'number') {
    for (const words of portNumber(value)) errors.push(invalid(`${at}.port`, value, words));
    if (end === undefined) return;
    if (end < value) errors.push(invalid(`${at}.endPort`, value, 'must be greater than or equal to `port`'));
    for (const words of portNumber(end)) errors.push(invalid(`${at}.endPort`, end, words));
  } else if (typeof value === 'string') {
    if (end !== undefined) errors.push(invalid(`${at}.endPort`, end, 'may not be specified when `port` is non-numeric'));
    format(`${at}.port`, value, portName, errors);
  } else if (end !== undefined) errors.push(invalid(`${at}.endPort`, end, 'may not be specified when `port` is not specified'));
}

function ipBlock(block: JsonObject, at: string, errors: Errors): void {
  const cidr = str(block, 'cidr');
  if (cidr === '') {
    errors.push(required(`${at}.cidr`));
    return;
  }
  cidrErrors(`${at}.cidr`, cidr, errors);
  const network = readCidr(cidr);
  if (network === undefined) return;
  for (const [i, except] of strs(block, 'except').entries()) {
    const path = items(`${at}.except`, i);
    cidrErrors(path, except, errors);
    const part = readCidr(except);
    if (part !== undefined && !isStrictSubset(part, network)) errors.push(invalid(path, except, 'must be a strict subset of `cidr`'));
  }
}

function policyPeer(peer: JsonObject, at: string, errors: Errors): void {
  let count = 0;
  for (const name of ['podSelector', 'namespaceSelector']) {
    const selector = obj(peer, name);
    if (selector === undefined) continue;
    count++;
    selectorErrors(selector, `${at}.${name}`, errors);
  }
  const block = obj(peer, 'ipBlock');
  if (block !== undefined) {
    count++;
    ipBlock(block, `${at}.ipBlock`, errors);
  }
  if (count === 0) errors.push(required(at, 'must specify a peer'));
  else if (count > 1 && block !== undefined) errors.push(forbidden(at, 'may not specify both ipBlock and another peer'));
}

function networkPolicy(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  selectorErrors(obj(spec, 'podSelector'), 'spec.podSelector', errors);
  for (const [direction, peers] of [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const) {
    for (const [i, rule] of objs(spec, direction).entries()) {
      const path = items(`spec.${direction}`, i);
      for (const [j, port] of objs(rule, 'ports').entries()) policyPort(port, items(`${path}.ports`, j), errors);
      for (const [j, peer] of objs(rule, peers).entries()) policyPeer(peer, items(`${path}.${peers}`, j), errors);
    }
  }
  const types = strs(spec, 'policyTypes');
  if (types.length > 2) {
    errors.push(invalid('spec.policyTypes', types, 'may not specify more than two policyTypes'));
    return;
  }
  for (const [i, type] of types.entries()) {
    if (type !== 'Ingress' && type !== 'Egress') errors.push(notSupported(items('spec.policyTypes', i), type, ['Ingress', 'Egress']));
  }
}

const BAD_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_SUFFIXES = ['/..', '/.'];

function backend(value: JsonObject, at: string, errors: Errors): void {
  const service = obj(value, 'service');
  const resource = obj(value, 'resource');
  if (service !== undefined && resource !== undefined) {
    errors.push(invalid(at, '', 'cannot set both resource and service backends'));
  } else if (resource !== undefined) {
    if (given(resource, 'apiGroup')) format(`${at}.resource.apiGroup`, str(resource, 'apiGroup'), (value) => dnsSubdomain(value), errors);
    if (str(resource, 'kind') === '') errors.push(required(`${at}.resource.kind`));
    if (str(resource, 'name') === '') errors.push(required(`${at}.resource.name`));
  } else if (service !== undefined) {
    const name = str(service, 'name');
    if (name === '') errors.push(required(`${at}.service.name`));
    else format(`${at}.service.name`, name, dnsLabel, errors);
    const port = sub(service, 'port');
    const number = num(port, 'number') ?? 0;
    const portText = str(port, 'name');
    if (portText !== '' && number !== 0) errors.push(invalid(at, '', 'cannot set both port name & port number'));
    else if (portText !== '') format(`${at}.service.port.name`, portText, portName, errors);
    else if (number !== 0) for (const words of portNumber(number)) errors.push(invalid(`${at}.service.port.number`, number, words));
    else errors.push(required(at, 'port name or number is required'));
  } else errors.push(invalid(at, '', 'resource or service backend is required'));
}

function ingressPath(path: JsonObject, at: string, errors: Errors): void {
  const value = str(path, 'path');
  if (!given(path, 'pathType')) {
    errors.push(required(`${at}.pathType`, 'pathType must be specified'));
    return;
  }
  const type = str(path, 'pathType');
  if (type === 'Exact' || type === 'Prefix') {
    if (!value.startsWith('/')) errors.push(invalid(`${at}.path`, value, 'must be an absolute path'));
    for (const sequence of BAD_SEQUENCES)
      if (value.includes(sequence)) errors.push(invalid(`${at}.path`, value, `must not contain '${sequence}'`));
    for (const suffix of BAD_SUFFIXES) if (value.endsWith(suffix)) errors.push(invalid(`${at}.path`, value, `cannot end with '${suffix}'`));
  } else if (type === 'ImplementationSpecific') {
    if (value !== '' && !value.startsWith('/')) errors.push(invalid(`${at}.path`, value, 'must be an absolute path'));
  } else errors.push(notSupported(`${at}.pathType`, type, ['Exact', 'ImplementationSpecific', 'Prefix']));
  backend(sub(path, 'backend'), `${at}.backend`, errors);
}

function hostErrors(host: string, at: string, errors: Errors): void {
  format(at, host, host.includes('*') ? wildcardSubdomain : subdomain, errors);
}

function ingressSpec(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  if (size(spec, 'rules') === 0 && !given(spec, 'defaultBackend')) {
    errors.push(invalid('spec', givenEmpty(spec, 'rules') ?? null, 'either `defaultBackend` or `rules` must be specified'));
  }
  const fallback = obj(spec, 'defaultBackend');
  if (fallback !== undefined) backend(fallback, 'spec.defaultBackend', errors);
  for (const [i, rule] of objs(spec, 'rules').entries()) {
    const path = items('spec.rules', i);
    const host = str(rule, 'host');
    if (host !== '') {
      if (isIp(host)) errors.push(invalid(`${path}.host`, host, 'must be a DNS name, not an IP address'));
      hostErrors(host, `${path}.host`, errors);
    }
    const http = obj(rule, 'http');
    if (http === undefined) continue;
    if (size(http, 'paths') === 0) errors.push(required(`${path}.http.paths`));
    for (const [j, one] of objs(http, 'paths').entries()) ingressPath(one, items(`${path}.http.paths`, j), errors);
  }
  for (const [i, tls] of objs(spec, 'tls').entries()) {
    const path = items('spec.tls', i);
    for (const [j, host] of strs(tls, 'hosts').entries()) hostErrors(host, items(`${path}.hosts`, j), errors);
    if (str(tls, 'secretName') !== '') format(`${path}.secretName`, str(tls, 'secretName'), subdomain, errors);
  }
  if (given(spec, 'ingressClassName')) format('spec.ingressClassName', str(spec, 'ingressClassName'), subdomain, errors);
}

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

function ingressCreate(next: KubeObject, errors: Errors): void {
  ingressSpec(next, errors);
  const annotation = next.metadata.annotations?.[CLASS_ANNOTATION];
  const name = specOf(next)['ingressClassName'];
  if (annotation !== undefined && typeof name === 'string' && annotation !== name) {
    errors.push(invalid(`annotations.${CLASS_ANNOTATION}`, annotation, 'must match `ingressClassName` when both are specified'));
  }
}

function ingressStatus(next: KubeObject, _live: KubeObject, errors: Errors): void {
  loadBalancerErrors(next, false, errors);
}

const IP_MODES = ['Proxy', 'VIP'];

/** status.loadBalancer of an Ingress or, with modes of addresses, of a Service. */
export function loadBalancerErrors(next: KubeObject, modes: boolean, errors: Errors): void {
  const balancer = sub(sub(next as unknown as JsonObject, 'status'), 'loadBalancer');
  for (const [i, one] of objs(balancer, 'ingress').entries()) {
    const path = items('status.loadBalancer.ingress', i);
    const ip = str(one, 'ip');
    const mode = str(one, 'ipMode');
    if (ip !== '') ipErrors(`${path}.ip`, ip, errors);
    if (modes && given(one, 'ipMode')) {
      if (ip === '') errors.push(forbidden(`${path}.ipMode`, 'may not be specified when `ip` is not set'));
      else if (!IP_MODES.includes(mode)) errors.push(notSupported(`${path}.ipMode`, mode, IP_MODES));
    } else if (modes && ip !== '') errors.push(required(`${path}.ipMode`, 'must be specified when `ip` is set'));
    const host = str(one, 'hostname');
    if (host === '') continue;
    format(`${path}.hostname`, host, subdomain, errors);
    if (isIp(host)) errors.push(invalid(`${path}.hostname`, host, 'must be a DNS name, not an IP address'));
  }
}

/** `acme.io/foo` */
export function domainPrefixedPath(value: string, at: string, errors: Errors): void {
  if (value === '') {
    errors.push(required(at));
    return;
  }
  const slash = value.indexOf('/');
  const host = slash < 0 ? '' : value.slice(0, slash);
  const path = slash < 0 ? '' : value.slice(slash + 1);
  if (host === '' || path === '') {
    errors.push(invalid(at, value, 'must be a domain-prefixed path (such as "acme.io/foo")'));
    return;
  }
  for (const words of dnsSubdomain(host)) errors.push(invalid(at, host, words));
  const allowed = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
  if (!new RegExp(`^${allowed}$`).test(path)) errors.push(invalid(at, path, `Invalid path (regex used for validation is '${allowed}')`));
}

function ingressClass(next: KubeObject, errors: Errors): void {
  const controller = str(specOf(next), 'controller');
  if (controller.length > 250) errors.push(tooLong('spec.controller', 250));
  domainPrefixedPath(controller, 'spec.controller', errors);
  const parameters = obj(specOf(next), 'parameters');
  if (parameters !== undefined) classParameters(parameters, 'spec.parameters', errors);
}

const SCOPES = ['Cluster', 'Namespace'];

function classParameters(parameters: JsonObject, at: string, errors: Errors): void {
  if (given(parameters, 'apiGroup')) format(`${at}.apiGroup`, str(parameters, 'apiGroup'), subdomain, errors);
  requiredSegment(parameters, 'kind', at, errors);
  requiredSegment(parameters, 'name', at, errors);
  const scope = str(parameters, 'scope');
  if (!given(parameters, 'scope')) errors.push(required(`${at}.scope`));
  else if (!SCOPES.includes(scope)) errors.push(notSupported(`${at}.scope`, scope, SCOPES));
  else if (scope === 'Cluster') {
    if (given(parameters, 'namespace')) errors.push(forbidden(`${at}.namespace`, "`parameters.scope` is set to 'Cluster'"));
  } else if (!given(parameters, 'namespace')) errors.push(required(`${at}.namespace`, "`parameters.scope` is set to 'Namespace'"));
  else format(`${at}.namespace`, str(parameters, 'namespace'), dnsLabel, errors);
}

export const NETWORKING_RULES: Readonly<Record<string, KindRules>> = {
  'networking.k8s.io/NetworkPolicy': { create: networkPolicy, update: (next, _live, errors) => networkPolicy(next, errors) },
  'networking.k8s.io/Ingress': {
    create: ingressCreate,
    update: (next, _live, errors) => ingressSpec(next, errors),
    metaOnUpdate: true,
    status: ingressStatus,
  },
  'networking.k8s.io/IngressClass': {
    create: ingressClass,
    update: (next, live, errors) => {
      immutable('spec.controller', str(specOf(next), 'controller'), str(specOf(live), 'controller'), errors);
      ingressClass(next, errors);
    },
  },
};
