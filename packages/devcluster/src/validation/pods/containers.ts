import type { JsonObject } from '@caretaker/kube';
import { duplicate, forbidden, invalid, notFound, notSupported, required, tooMany } from '../parts/field-errors.ts';
import { configMapKey, dnsLabel, dnsSubdomain, environmentName, portName, portNumber, qualifiedName } from '../parts/formats.ts';
import { type Errors, flag, format, given, items, num, obj, objs, optionalEnum, requiredEnum, size, str, sub } from '../parts/read.ts';
import { fileKeyErrors } from './file-keys.ts';
import { HOOK_KINDS, handlerErrors, probeErrors } from './probes.ts';
import { containerResourceErrors } from './resources.ts';
import { containerSecurityErrors } from './security-context.ts';

export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** What containers are checked against. */
export interface PodScope {
  /** Volumes by name. */
  readonly volumes: ReadonlyMap<string, JsonObject>;
  readonly claims: ReadonlySet<string>;
  readonly gracePeriod: number | undefined;
  readonly restartPolicy: string;
  readonly osName: string;
  readonly hostUsers: boolean;
}

function ports(container: JsonObject, at: string, errors: Errors): void {
  const names = new Set<string>();
  for (const [i, port] of objs(container, 'ports').entries()) {
    const path = items(`${at}.ports`, i);
    const name = str(port, 'name');
    if (name !== '') {
      const words = portName(name);
      if (words.length > 0) for (const one of words) errors.push(invalid(`${path}.name`, name, one));
      else if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
      else names.add(name);
    }
    const number = num(port, 'containerPort') ?? 0;
    if (number === 0) errors.push(required(`${path}.containerPort`));
    else for (const one of portNumber(number)) errors.push(invalid(`${path}.containerPort`, number, one));
    const host = num(port, 'hostPort') ?? 0;
    if (host !== 0) for (const one of portNumber(host)) errors.push(invalid(`${path}.hostPort`, host, one));
    requiredEnum(port, 'protocol', path, PROTOCOLS, errors);
  }
}

const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
export const VOLUME_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];
const CONVERTIBLE = new Set([
  ...ENV_FIELDS,
  ...VOLUME_FIELDS,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
  'status.nominatedNodeName',
]);
const RESOURCE_FIELDS = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

/** A field of the pod that the downward API may show. */
export function fieldRefErrors(ref: JsonObject, allowed: readonly string[], at: string, errors: Errors): void {
  const path = str(ref, 'fieldPath');
  if (str(ref, 'apiVersion') === '') {
    errors.push(required(`${at}.apiVersion`));
    return;
  }
  if (path === '') {
    errors.push(required(`${at}.fieldPath`));
    return;
  }
  const subscript = /^(.*)\['(.*)'\]$/.exec(path);
  if (subscript !== null) {
    const [, base = '', key = ''] = subscript;
    if (base === 'metadata.annotations') format(at, key.toLowerCase(), qualifiedName, errors);
    else if (base === 'metadata.labels') format(at, key, qualifiedName, errors);
    else errors.push(invalid(`${at}.fieldPath`, path, `error converting fieldPath: field label does not support subscript`));
    return;
  }
  if (!CONVERTIBLE.has(path)) {
    errors.push(invalid(`${at}.fieldPath`, path, `error converting fieldPath: field label not supported: ${path}`));
  } else if (!allowed.includes(path)) errors.push(notSupported(`${at}.fieldPath`, path, [...allowed].sort()));
}

export function resourceFieldRefErrors(ref: JsonObject, at: string, inVolume: boolean, errors: Errors): void {
  const resource = str(ref, 'resource');
  if (inVolume && str(ref, 'containerName') === '') errors.push(required(`${at}.containerName`));
  else if (resource === '') errors.push(required(`${at}.resource`));
  else if (!RESOURCE_FIELDS.includes(resource) && !/^(requests|limits)\.hugepages-/.test(resource)) {
    errors.push(notSupported(`${at}.resource`, resource, RESOURCE_FIELDS));
  } else divisorErrors(resource, str(ref, 'divisor'), at, errors);
}

const SIZES = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

/** Units in which an amount may be told. */
function divisorErrors(resource: string, divisor: string, at: string, errors: Errors): void {
  if (divisor === '' || divisor === '0') return;
  const cpu = resource.endsWith('.cpu');
  if ((cpu ? ['1m', '1'] : SIZES).includes(divisor)) return;
  const kind = resource.endsWith('.memory') ? 'memory' : resource.includes('hugepages-') ? 'hugepages' : 'local ephemeral storage';
  const words = cpu
    ? "only divisor's values 1m and 1 are supported with the cpu resource"
    : `only divisor's values ${SIZES.join(', ')} are supported with the ${kind} resource`;
  errors.push(invalid(`${at}.divisor`, resource, words));
}

function keyRefErrors(ref: JsonObject, at: string, errors: Errors): void {
  format(`${at}.name`, str(ref, 'name'), dnsSubdomain, errors);
  const key = str(ref, 'key');
  if (key === '') errors.push(required(`${at}.key`));
  else format(`${at}.key`, key, configMapKey, errors);
}

function valueFrom(variable: JsonObject, at: string, errors: Errors): void {
  const source = obj(variable, 'valueFrom');
  if (source === undefined) return;
  let count = 0;
  const each = (name: string, check: (ref: JsonObject, path: string) => void): void => {
    const ref = obj(source, name);
    if (ref === undefined) return;
    count++;
    check(ref, `${at}.${name}`);
  };
  each('fieldRef', (ref, path) => fieldRefErrors(ref, ENV_FIELDS, path, errors));
  each('resourceFieldRef', (ref, path) => resourceFieldRefErrors(ref, path, false, errors));
  each('configMapKeyRef', (ref, path) => keyRefErrors(ref, path, errors));
  each('secretKeyRef', (ref, path) => keyRefErrors(ref, path, errors));
  each('fileKeyRef', (ref, path) => fileKeyErrors(ref, path, errors, (file, place) => backstepErrors(file, place, errors)));
  if (count === 0) {
    errors.push(invalid(at, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'));
  } else if (str(variable, 'value') !== '') errors.push(invalid(at, '', 'may not be specified when `value` is not empty'));
  else if (count > 1) errors.push(invalid(at, '', 'may not have more than one field specified at a time'));
}

function environment(container: JsonObject, at: string, errors: Errors): void {
  for (const [i, variable] of objs(container, 'env').entries()) {
    const path = items(`${at}.env`, i);
    const name = str(variable, 'name');
    if (name === '') errors.push(required(`${path}.name`));
    else format(`${path}.name`, name, environmentName, errors);
    valueFrom(variable, `${path}.valueFrom`, errors);
  }
  for (const [i, source] of objs(container, 'envFrom').entries()) {
    const path = items(`${at}.envFrom`, i);
    if (str(source, 'prefix') !== '') format(`${path}.prefix`, str(source, 'prefix'), environmentName, errors);
    const refs = ['configMapRef', 'secretRef'].filter((name) => obj(source, name) !== undefined);
    for (const name of refs) {
      const value = str(obj(source, name), 'name');
      if (value === '') errors.push(required(`${path}.${name}.name`));
      else format(`${path}.${name}.name`, value.endsWith('-') ? `${value.slice(0, -1)}a` : value, dnsSubdomain, errors);
    }
    if (refs.length === 0) errors.push(invalid(`${at}.envFrom`, '', 'must specify one of: `configMapRef` or `secretRef`'));
    else if (refs.length > 1) errors.push(invalid(`${at}.envFrom`, '', 'may not have more than one field specified at a time'));
  }
}

/** No part of a path is `..`. */
export function backstepErrors(path: string, at: string, errors: Errors): void {
  if (path.split('/').includes('..')) errors.push(invalid(at, path, "must not contain '..'"));
}

export function descendingPathErrors(path: string, at: string, errors: Errors): void {
  if (path.startsWith('/')) errors.push(invalid(at, path, 'must be a relative path'));
  backstepErrors(path, at, errors);
}

function recursiveReadOnly(mount: JsonObject, at: string, errors: Errors): void {
  const value = str(mount, 'recursiveReadOnly');
  const values = ['Disabled', 'Enabled', 'IfPossible'];
  if (!values.includes(value)) errors.push(notSupported(at, value, values));
  if (value !== 'Enabled' && value !== 'IfPossible') return;
  if (!flag(mount, 'readOnly')) errors.push(forbidden(at, 'may only be specified when readOnly is true'));
  if (given(mount, 'mountPropagation') && str(mount, 'mountPropagation') !== 'None')
    errors.push(forbidden(at, 'may only be specified when mountPropagation is None or not specified'));
}

function mounts(container: JsonObject, scope: PodScope, at: string, errors: Errors): void {
  const devices = objs(container, 'volumeDevices');
  const points = new Set<string>();
  for (const [i, mount] of objs(container, 'volumeMounts').entries()) {
    const path = items(`${at}.volumeMounts`, i);
    const name = str(mount, 'name');
    const point = str(mount, 'mountPath');
    if (name === '') errors.push(required(`${path}.name`));
    if (!scope.volumes.has(name)) errors.push(notFound(`${path}.name`, name));
    if (point === '') errors.push(required(`${path}.mountPath`));
    if (points.has(point)) errors.push(invalid(`${path}.mountPath`, point, 'must be unique'));
    points.add(point);
    if (devices.some((device) => str(device, 'name') === name))
      errors.push(invalid(`${path}.name`, name, 'must not already exist in volumeDevices'));
    if (devices.some((device) => str(device, 'devicePath') === point)) {
      errors.push(invalid(`${path}.mountPath`, point, 'must not already exist as a path in volumeDevices'));
    }
    if (str(mount, 'subPath') !== '') descendingPathErrors(str(mount, 'subPath'), `${at}.volumeMounts.subPath`, errors);
    if (str(mount, 'subPathExpr') !== '') {
      if (str(mount, 'subPath') !== '')
        errors.push(invalid(`${path}.subPathExpr`, str(mount, 'subPathExpr'), 'subPathExpr and subPath are mutually exclusive'));
      descendingPathErrors(str(mount, 'subPathExpr'), `${at}.volumeMounts.subPathExpr`, errors);
    }
    if (given(mount, 'recursiveReadOnly')) recursiveReadOnly(mount, `${at}.volumeMounts.recursiveReadOnly`, errors);
    if (given(mount, 'mountPropagation')) {
      optionalEnum(mount, 'mountPropagation', `${at}.volumeMounts`, ['Bidirectional', 'HostToContainer', 'None'], errors);
      if (str(mount, 'mountPropagation') === 'Bidirectional' && !flag(obj(container, 'securityContext'), 'privileged')) {
        errors.push(
          forbidden(`${at}.volumeMounts.mountPropagation`, 'Bidirectional mount propagation is available only to privileged containers'),
        );
      }
    }
  }
}

function volumeDevices(container: JsonObject, scope: PodScope, at: string, errors: Errors): void {
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const [i, device] of objs(container, 'volumeDevices').entries()) {
    const path = items(`${at}.volumeDevices`, i);
    const name = str(device, 'name');
    const place = str(device, 'devicePath');
    const volume = scope.volumes.get(name);
    if (name === '') errors.push(required(`${path}.name`));
    if (names.has(name)) errors.push(invalid(`${path}.name`, name, 'must be unique'));
    if (volume === undefined) errors.push(notFound(`${path}.name`, name));
    else if (!given(volume, 'persistentVolumeClaim') && !given(volume, 'ephemeral')) {
      errors.push(invalid(`${path}.name`, name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode'));
    }
    if (place === '') errors.push(required(`${path}.devicePath`));
    if (paths.has(place)) errors.push(invalid(`${path}.devicePath`, place, 'must be unique'));
    if (place.split('/').includes('..')) errors.push(invalid(`${path}.devicePath`, place, "can not contain backsteps ('..')"));
    else paths.add(place);
    if (name !== '') names.add(name);
  }
}

/** Whether a change of a resource starts the container again, said once for each. */
function resizePolicy(container: JsonObject, scope: PodScope, at: string, errors: Errors): void {
  const seen = new Set<string>();
  for (const [i, one] of objs(container, 'resizePolicy').entries()) {
    const resource = str(one, 'resourceName');
    const policy = str(one, 'restartPolicy');
    if (seen.has(resource)) errors.push(duplicate(items(at, i), resource));
    seen.add(resource);
    if (resource === '') errors.push(required(at));
    else if (resource !== 'cpu' && resource !== 'memory') errors.push(notSupported(at, resource, ['cpu', 'memory']));
    const policies = ['NotRequired', 'RestartContainer'];
    if (policy === '') errors.push(required(at));
    else if (!policies.includes(policy)) errors.push(notSupported(at, policy, policies));
    if (scope.restartPolicy === 'Never' && policy !== 'NotRequired')
      errors.push(invalid(at, policy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"));
  }
}

/** What holds for containers of every list of a pod. */
export function containerErrors(container: JsonObject, scope: PodScope, at: string, errors: Errors): void {
  const name = str(container, 'name');
  if (name === '') errors.push(required(`${at}.name`));
  else format(`${at}.name`, name, dnsLabel, errors);
  if (str(container, 'image') === '') errors.push(required(`${at}.image`));
  requiredEnum(container, 'terminationMessagePolicy', at, ['File', 'FallbackToLogsOnError'], errors);
  ports(container, at, errors);
  environment(container, at, errors);
  mounts(container, scope, at, errors);
  volumeDevices(container, scope, at, errors);
  requiredEnum(container, 'imagePullPolicy', at, ['Always', 'IfNotPresent', 'Never'], errors);
  resizePolicy(container, scope, `${at}.resizePolicy`, errors);
  containerResourceErrors(sub(container, 'resources'), scope.claims, `${at}.resources`, errors);
  containerSecurityErrors(obj(container, 'securityContext'), scope.hostUsers, `${at}.securityContext`, errors);
}

function hooks(container: JsonObject, scope: PodScope, at: string, errors: Errors): void {
  const lifecycle = obj(container, 'lifecycle');
  for (const name of ['postStart', 'preStop']) {
    const handler = obj(lifecycle, name);
    if (handler !== undefined) handlerErrors(handler, `${at}.lifecycle.${name}`, HOOK_KINDS, scope.gracePeriod, errors);
  }
  if (given(lifecycle, 'stopSignal') && scope.osName === '') {
    errors.push(forbidden(`${at}.lifecycle.stopSignal`, 'may not be set for containers with empty `spec.os.name`'));
  }
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) probeErrors(container, name, at, scope.gracePeriod, errors);
}

function restartRule(rule: JsonObject, at: string, errors: Errors): void {
  const [action, actions] = [str(rule, 'action'), ['Restart', 'RestartAllContainers']];
  if (!actions.includes(action)) errors.push(notSupported(`${at}.action`, action, actions));
  const codes = obj(rule, 'exitCodes');
  const [operator, operators] = [str(codes, 'operator'), ['In', 'NotIn']];
  if (codes === undefined) errors.push(required(`${at}.exitCodes`, 'must be specified'));
  else if (!operators.includes(operator)) errors.push(notSupported(`${at}.exitCodes.operator`, operator, operators));
  if (size(codes, 'values') > 255) errors.push(tooMany(`${at}.exitCodes.values`, size(codes, 'values'), 255));
}

/** `init`: of a container that runs before the others, rules are judged only beside a policy. */
function restartPolicy(container: JsonObject, at: string, errors: Errors, init = false): void {
  optionalEnum(container, 'restartPolicy', at, ['Always', 'Never', 'OnFailure'], errors);
  if (!given(container, 'restartPolicy') && size(container, 'restartPolicyRules') > 0) {
    errors.push(required(`${at}.restartPolicy`, 'must specify restartPolicy when restart rules are used'));
  }
  if (init && !given(container, 'restartPolicy')) return;
  const rules = objs(container, 'restartPolicyRules');
  if (rules.length > 20) errors.push(tooMany(`${at}.restartPolicyRules`, rules.length, 20));
  for (const [i, rule] of rules.entries()) restartRule(rule, items(`${at}.restartPolicyRules`, i), errors);
}

function hostPortConflicts(containers: readonly JsonObject[], at: string, errors: Errors): void {
  const seen = new Set<string>();
  for (const [i, container] of containers.entries()) {
    for (const [j, port] of objs(container, 'ports').entries()) {
      const host = num(port, 'hostPort') ?? 0;
      if (host === 0) continue;
      const key = `${str(port, 'protocol')}/${str(port, 'hostIP')}/${host}`;
      if (seen.has(key)) errors.push(duplicate(`${items(at, i)}.ports[${j}].hostPort`, key));
      else seen.add(key);
    }
  }
}

export function containersErrors(spec: JsonObject, scope: PodScope, at: string, errors: Errors): void {
  const list = objs(spec, 'containers');
  const path = `${at}.containers`;
  if (list.length === 0) {
    errors.push(required(path));
    return;
  }
  const names = new Set<string>();
  for (const [i, container] of list.entries()) {
    const place = items(path, i);
    containerErrors(container, scope, place, errors);
    const name = str(container, 'name');
    if (names.has(name)) errors.push(duplicate(`${place}.name`, name));
    names.add(name);
    hooks(container, scope, place, errors);
    restartPolicy(container, place, errors);
  }
  hostPortConflicts(list, path, errors);
}

export function initContainersErrors(spec: JsonObject, scope: PodScope, at: string, errors: Errors): void {
  const names = new Set(objs(spec, 'containers').map((container) => str(container, 'name')));
  for (const [i, container] of objs(spec, 'initContainers').entries()) {
    const path = items(`${at}.initContainers`, i);
    containerErrors(container, scope, path, errors);
    restartPolicy(container, path, errors, true);
    const name = str(container, 'name');
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    else if (name !== '') names.add(name);
    hostPortConflicts([container], `${at}.initContainers`, errors);
    if (str(container, 'restartPolicy') === 'Always') {
      hooks(container, scope, path, errors);
      continue;
    }
    for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']) {
      if (given(container, field))
        errors.push(forbidden(`${path}.${field}`, 'may not be set for init containers without restartPolicy=Always'));
    }
  }
}
