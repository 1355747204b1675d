import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import { carryEmpties } from '../../decode/given-empty.ts';
import { ipErrors } from '../parts/addresses.ts';
import { duplicate, forbidden, invalid, notSupported, required, tooLong } from '../parts/field-errors.ts';
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName, searchPath } from '../parts/formats.ts';
import { printInternal } from '../parts/internal-json.ts';
import { annotationErrors, labelErrors } from '../parts/object-meta.ts';
import {
  type Errors,
  flag,
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
import { selectorErrors } from '../parts/selectors.ts';
import { specDifference } from '../parts/spec-diff.ts';
import { affinityErrors } from './affinity.ts';
import { appArmorAnnotationErrors, appArmorConflicts, appArmorUpdateErrors } from './app-armor.ts';
import { containersErrors, initContainersErrors, type PodScope } from './containers.ts';
import { ephemeralContainersErrors } from './ephemeral-containers.ts';
import { fileKeyVolumeErrors } from './file-keys.ts';
import { gatedPodErrors } from './pod-gates.ts';
import { hostProcessErrors, hostUsersErrors, operatingSystemErrors } from './pod-system.ts';
import { int32Range, MAX_INT32 } from './probes.ts';
import { containerResourceErrors, podResourceErrors } from './resources.ts';
import { podSecurityErrors } from './security-context.ts';
import { volumesErrors } from './volumes.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
export const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function dnsConfig(spec: JsonObject, at: string, errors: Errors): void {
  const config = obj(spec, 'dnsConfig');
  if (str(spec, 'dnsPolicy') === 'None') {
    if (config === undefined) {
      errors.push(required(at, 'must provide `dnsConfig` when `dnsPolicy` is None'));
      return;
    }
    if (size(config, 'nameservers') === 0) {
      errors.push(required(`${at}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'));
      return;
    }
  }
  if (config === undefined) return;
  const servers = strs(config, 'nameservers');
  if (servers.length > 3) errors.push(invalid(`${at}.nameservers`, servers, 'must not have more than 3 nameservers'));
  for (const [i, server] of servers.entries()) ipErrors(items(`${at}.nameservers`, i), server, errors);
  const searches = strs(config, 'searches');
  if (searches.length > 32) errors.push(invalid(`${at}.searches`, searches, 'must not have more than 32 search paths'));
  if (searches.join(' ').length > 2048) {
    errors.push(invalid(`${at}.searches`, searches, 'must not have more than 2048 characters (including spaces) in the search list'));
  }
  for (const [i, search] of searches.entries()) {
    // a trailing dot makes a path absolute; a single one is the root
    const name = search === '.' ? '' : search.replace(/\.$/, '');
    if (search !== '.') format(items(`${at}.searches`, i), search, () => searchPath(name), errors);
  }
  for (const [i, option] of objs(config, 'options').entries()) {
    if (str(option, 'name') === '') errors.push(required(items(`${at}.options`, i), 'must not be empty'));
  }
}

export function tolerationErrors(list: readonly JsonObject[], at: string, errors: Errors): void {
  for (const [i, toleration] of list.entries()) {
    const path = items(at, i);
    const key = str(toleration, 'key');
    const operator = str(toleration, 'operator');
    const value = str(toleration, 'value');
    const effect = str(toleration, 'effect');
    if (key !== '') format(`${path}.key`, key, qualifiedName, errors);
    if (key === '' && operator !== 'Exists') {
      errors.push(
        invalid(`${path}.operator`, operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"'),
      );
    }
    if (given(toleration, 'tolerationSeconds') && effect !== 'NoExecute') {
      errors.push(invalid(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    }
    if (operator === 'Equal' || operator === '') {
      const words = labelValue(value);
      if (words.length > 0) errors.push(invalid(`${path}.operator`, value, words.join(';')));
    } else if (operator === 'Exists') {
      if (value !== '') errors.push(invalid(`${path}.operator`, value, "value must be empty when `operator` is 'Exists'"));
    } else if (operator === 'Lt' || operator === 'Gt') {
      errors.push(notSupported(`${path}.operator`, operator, ['Equal', 'Exists', 'Lt', 'Gt']));
    } else errors.push(notSupported(`${path}.operator`, operator, ['Equal', 'Exists']));
    if (effect !== '' && !TAINT_EFFECTS.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, TAINT_EFFECTS));
  }
}

function spreadConstraints(spec: JsonObject, at: string, errors: Errors): void {
  const constraints = objs(spec, 'topologySpreadConstraints');
  const pairs = constraints.map((one) => `{${str(one, 'topologyKey')}, ${str(one, 'whenUnsatisfiable')}}`);
  for (const [i, constraint] of constraints.entries()) {
    const path = items(at, i);
    const skew = num(constraint, 'maxSkew') ?? 0;
    if (skew <= 0) errors.push(invalid(`${path}.maxSkew`, skew, 'must be greater than zero'));
    const key = str(constraint, 'topologyKey');
    if (key === '') errors.push(required(`${path}.topologyKey`, 'can not be empty'));
    const action = str(constraint, 'whenUnsatisfiable');
    if (action !== 'DoNotSchedule' && action !== 'ScheduleAnyway') {
      errors.push(notSupported(`${path}.whenUnsatisfiable`, action, ['DoNotSchedule', 'ScheduleAnyway']));
    }
    const pair = pairs[i] ?? '';
    // the earlier of two is the one that is refused
    if (pairs.indexOf(pair, i + 1) > 0) errors.push(duplicate(`${path}.{topologyKey, whenUnsatisfiable}`, pair));
    const domains = num(constraint, 'minDomains');
    if (domains !== undefined) {
      if (domains <= 0) errors.push(invalid(`${path}.minDomains`, domains, 'must be greater than zero'));
      if (action !== 'DoNotSchedule') {
        errors.push(invalid(`${path}.minDomains`, domains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`));
      }
    }
    for (const name of ['nodeAffinityPolicy', 'nodeTaintsPolicy']) optionalEnum(constraint, name, path, ['Honor', 'Ignore'], errors);
    matchLabelKeys(constraint, `${path}.matchLabelKeys`, errors);
    selectorErrors(obj(constraint, 'labelSelector'), `${path}.labelSelector`, errors);
  }
}

function matchLabelKeys(constraint: JsonObject, at: string, errors: Errors): void {
  const keys = strs(constraint, 'matchLabelKeys');
  if (keys.length > 0 && !given(constraint, 'labelSelector'))
    errors.push(forbidden(at, 'must not be specified when labelSelector is not set'));
  for (const [i, key] of keys.entries()) format(items(at, i), key, qualifiedName, errors);
}

function names(spec: JsonObject, at: string, errors: Errors): void {
  const check = (name: string, rule: (value: string) => readonly string[]): void => {
    if (str(spec, name) !== '') format(`${at}.${name}`, str(spec, name), rule, errors);
  };
  check('serviceAccountName', (value) => dnsSubdomain(value));
  check('nodeName', (value) => dnsSubdomain(value));
  const deadline = num(spec, 'activeDeadlineSeconds');
  if (deadline !== undefined && (deadline < 1 || deadline > MAX_INT32))
    errors.push(invalid(`${at}.activeDeadlineSeconds`, deadline, int32Range));
  check('hostname', dnsLabel);
  check('subdomain', dnsLabel);
}

/** Devices that the containers of a pod may use, by name. */
function podClaimErrors(spec: JsonObject, at: string, errors: Errors): void {
  const seen = new Set<string>();
  for (const [i, claim] of objs(spec, 'resourceClaims').entries()) {
    const path = items(`${at}.resourceClaims`, i);
    const name = str(claim, 'name');
    if (name === '') errors.push(required(`${path}.name`));
    else if (seen.has(name)) errors.push(duplicate(`${path}.name`, name));
    else format(`${path}.name`, name, dnsLabel, errors);
    seen.add(name);
    const sources = ['resourceClaimName', 'resourceClaimTemplateName'];
    const count = sources.filter((source) => given(claim, source)).length;
    const refuse = (words: string): void => void errors.push(invalid(path, printInternal('core.PodResourceClaim', claim), words));
    if (count > 1) refuse('at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified');
    if (count === 0) refuse('must specify one of: `resourceClaimName`, `resourceClaimTemplateName`');
    for (const source of sources)
      if (given(claim, source)) format(`${path}.${source}`, str(claim, source), (value) => dnsSubdomain(value), errors);
  }
}

/** spec of a pod. */
export function podSpecErrors(spec: JsonObject, at: string, errors: Errors): void {
  const security = sub(spec, 'securityContext');
  if (!given(spec, 'terminationGracePeriodSeconds')) errors.push(required(`${at}.terminationGracePeriodSeconds`));
  const volumes = volumesErrors(spec, at, errors);
  const scope: PodScope = {
    volumes,
    claims: new Set(objs(spec, 'resourceClaims').map((claim) => str(claim, 'name'))),
    gracePeriod: num(spec, 'terminationGracePeriodSeconds'),
    restartPolicy: str(spec, 'restartPolicy'),
    osName: str(obj(spec, 'os'), 'name'),
    hostUsers: spec['hostUsers'] !== false,
  };
  podClaimErrors(spec, at, errors);
  containersErrors(spec, scope, at, errors);
  initContainersErrors(spec, scope, at, errors);
  ephemeralContainersErrors(spec, scope, at, errors);
  podResourceErrors(spec, `${at}.resources`, errors);
  hostNetworkPorts(spec, at, errors);
  requiredEnum(spec, 'restartPolicy', at, RESTART_POLICIES, errors);
  requiredEnum(spec, 'dnsPolicy', at, DNS_POLICIES, errors);
  labelErrors(spec['nodeSelector'], `${at}.nodeSelector`, errors);
  podSecurityErrors(security, spec, `${at}.securityContext`, errors);
  affinityErrors(obj(spec, 'affinity'), `${at}.affinity`, errors);
  dnsConfig(spec, `${at}.dnsConfig`, errors);
  for (const [i, gate] of objs(spec, 'readinessGates').entries()) {
    format(`${items(`${at}.readinessGates`, i)}.conditionType`, str(gate, 'conditionType'), qualifiedName, errors);
  }
  gates(spec, `${at}.schedulingGates`, errors);
  spreadConstraints(spec, `${at}.topologySpreadConstraints`, errors);
  hostProcessErrors(spec, at, errors);
  hostUsersErrors(spec, at, errors);
  hostnameOverride(spec, `${at}.hostnameOverride`, errors);
  names(spec, at, errors);
  tolerationErrors(objs(spec, 'tolerations'), `${at}.tolerations`, errors);
  for (const [i, alias] of objs(spec, 'hostAliases').entries()) {
    const path = items(`${at}.hostAliases`, i);
    ipErrors(`${path}.ip`, str(alias, 'ip'), errors);
    for (const [j, name] of strs(alias, 'hostnames').entries())
      format(items(`${path}.hostnames`, j), name, (value) => dnsSubdomain(value), errors);
  }
  for (const name of ['priorityClassName', 'runtimeClassName']) {
    if (str(spec, name) !== '') format(`${at}.${name}`, str(spec, name), (value) => dnsSubdomain(value), errors);
  }
  if (given(spec, 'preemptionPolicy')) requiredEnum(spec, 'preemptionPolicy', at, ['PreemptLowerPriority', 'Never'], errors);
  containerResourceErrors({ limits: sub(spec, 'overhead') }, new Set(), `${at}.overhead`, errors);
  operatingSystemErrors(spec, at, errors);
  fileKeyVolumeErrors(spec, at, errors);
}

const LONGEST_HOSTNAME = 64;

function hostnameOverride(spec: JsonObject, at: string, errors: Errors): void {
  if (!given(spec, 'hostnameOverride')) return;
  const name = str(spec, 'hostnameOverride');
  if (flag(spec, 'setHostnameAsFQDN')) errors.push(forbidden(at, 'may not be specified when setHostnameAsFQDN is true'));
  if (flag(spec, 'hostNetwork')) errors.push(forbidden(at, 'may not be specified when hostNetwork is true'));
  if (name.length > LONGEST_HOSTNAME) errors.push(tooLong(at, LONGEST_HOSTNAME));
  format(at, name, (value) => dnsSubdomain(value), errors);
}

function gates(spec: JsonObject, at: string, errors: Errors): void {
  const seen = new Set<string>();
  for (const [i, gate] of objs(spec, 'schedulingGates').entries()) {
    const name = str(gate, 'name');
    format(items(at, i), name, qualifiedName, errors);
    if (seen.has(name)) errors.push(duplicate(items(at, i), name));
    seen.add(name);
  }
}

function hostNetworkPorts(spec: JsonObject, at: string, errors: Errors): void {
  if (!flag(spec, 'hostNetwork')) return;
  for (const list of ['containers']) {
    for (const [i, container] of objs(spec, list).entries()) {
      for (const [j, port] of objs(container, 'ports').entries()) {
        const host = num(port, 'hostPort') ?? 0;
        if (host !== 0 && host !== num(port, 'containerPort')) {
          errors.push(invalid(`${at}.${list}[${i}].ports[${j}].hostPort`, host, 'must match `containerPort` when `hostNetwork` is true'));
        }
      }
    }
  }
}

/** metadata and spec of a pod template. */
export function podTemplateErrors(template: JsonObject, at: string, errors: Errors): void {
  const meta = sub(template, 'metadata');
  labelErrors(meta['labels'], `${at}.labels`, errors);
  annotationErrors(obj(meta, 'annotations') as Record<string, string> | undefined, `${at}.annotations`, errors);
  appArmorAnnotationErrors(sub(meta, 'annotations'), sub(template, 'spec'), `${at}.annotations`, errors);
  podSpecErrors(sub(template, 'spec'), `${at}.spec`, errors);
  if (size(sub(template, 'spec'), 'ephemeralContainers') > 0)
    errors.push(forbidden(`${at}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'));
}

function imageSpace(spec: JsonObject, list: string, errors: Errors): void {
  for (const [i, container] of objs(spec, list).entries()) {
    const image = str(container, 'image');
    if (image !== image.trim()) errors.push(invalid(`spec.${list}[${i}].image`, image, 'must not have leading or trailing whitespace'));
  }
}

/** What holds for every pod, new or changed. */
export function anyPodErrors(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  podSpecErrors(spec, 'spec', errors);
  for (const list of ['containers', 'initContainers']) imageSpace(spec, list, errors);
}

export function podErrors(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  appArmorAnnotationErrors(next.metadata.annotations ?? {}, spec, 'metadata.annotations', errors);
  anyPodErrors(next, errors);
  if (size(spec, 'ephemeralContainers') > 0) errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  if (str(spec, 'nodeName') !== '' && size(spec, 'schedulingGates') > 0)
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  appArmorConflicts(next, errors);
}

const UPDATABLE =
  '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** What a pod update may change: images, the deadline, added tolerations, removed gates. */
export function podUpdateErrors(next: KubeObject, live: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  const old = specOf(live);
  appArmorAnnotationErrors(next.metadata.annotations ?? {}, spec, 'metadata.annotations', errors);
  anyPodErrors(next, errors);
  appArmorUpdateErrors(next, live, errors);
  for (const list of ['containers', 'initContainers']) {
    if (objs(spec, list).length !== objs(old, list).length) {
      errors.push(forbidden(`spec.${list}`, 'pod updates may not add or remove containers'));
      return;
    }
    for (const [i, container] of objs(spec, list).entries())
      if (str(container, 'image') === '') errors.push(required(`spec.${list}[${i}].image`));
    imageSpace(spec, list, errors);
  }
  const deadline = num(spec, 'activeDeadlineSeconds');
  const before = num(old, 'activeDeadlineSeconds');
  if (deadline !== undefined && before !== undefined && before < deadline) {
    errors.push(invalid('spec.activeDeadlineSeconds', deadline, 'must be less than or equal to previous value'));
    return;
  }
  if (deadline === undefined && before !== undefined) {
    errors.push(invalid('spec.activeDeadlineSeconds', null, 'must not update from a positive integer to nil value'));
  }
  tolerationChanges(spec, old, errors);
  gateChanges(spec, old, errors);
  const munged = withUpdatable(spec, old);
  if (size(old, 'schedulingGates') > 0) gatedPodErrors(munged, old, errors);
  if (equalValues(munged, old)) return;
  errors.push(
    forbidden('spec', `pod updates may not change fields other than ${UPDATABLE}\n${specDifference('core.PodSpec', old, munged)}`),
  );
}

/** The new spec with what may change put back to what it was. */
function withUpdatable(spec: JsonObject, old: JsonObject): JsonObject {
  const munged = carryEmpties<JsonObject>(spec, { ...spec });
  for (const name of ['activeDeadlineSeconds', 'tolerations', 'schedulingGates']) {
    const before = old[name];
    if (before === undefined) delete munged[name];
    else munged[name] = before;
  }
  for (const list of ['containers', 'initContainers']) {
    if (!given(spec, list)) continue;
    munged[list] = objs(spec, list).map((container, i) =>
      carryEmpties(container, { ...container, image: str(objs(old, list)[i], 'image') }),
    );
  }
  return munged;
}

function gateChanges(spec: JsonObject, old: JsonObject, errors: Errors): void {
  const before = new Set(objs(old, 'schedulingGates').map((gate) => str(gate, 'name')));
  for (const [i, gate] of objs(spec, 'schedulingGates').entries()) {
    const name = str(gate, 'name');
    if (!before.has(name))
      errors.push(forbidden(`spec.schedulingGates[${i}].name`, `only deletion is allowed, but found new scheduling gate '${name}'`));
  }
}

function tolerationChanges(spec: JsonObject, old: JsonObject, errors: Errors): void {
  const withoutSeconds = ({ tolerationSeconds: _, ...rest }: JsonObject): JsonObject => rest;
  for (const before of objs(old, 'tolerations')) {
    if (objs(spec, 'tolerations').some((after) => equalValues(withoutSeconds(after), withoutSeconds(before)))) continue;
    errors.push(forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'));
    return;
  }
}
