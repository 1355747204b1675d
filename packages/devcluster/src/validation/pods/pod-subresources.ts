/** What may change through `pods/<name>/ephemeralcontainers`, `resize` and `status`. */
import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import { podQualityOfService } from '../../strategy/pod-quality.ts';
import { ipErrors, isIp } from '../parts/addresses.ts';
import { duplicate, forbidden, internal, invalid } from '../parts/field-errors.ts';
import { dnsSubdomain, qualifiedName } from '../parts/formats.ts';
import { printInternal } from '../parts/internal-json.ts';
import { immutable } from '../parts/object-meta.ts';
import { type Errors, format, given, members, num, obj, objs, specOf, str, sub } from '../parts/read.ts';
import { specDifference } from '../parts/spec-diff.ts';
import { anyPodErrors } from './pod.ts';

const MIRROR = 'kubernetes.io/config.mirror';

/** Ephemeral containers come and stay. */
export function ephemeralContainersUpdate(next: KubeObject, live: KubeObject, errors: Errors): void {
  anyPodErrors(next, errors);
  if (live.metadata.annotations?.[MIRROR] !== undefined) {
    errors.length = 0;
    errors.push(forbidden('', 'static pods do not support ephemeral containers'));
    return;
  }
  const at = 'spec.ephemeralContainers';
  const after = new Map(objs(specOf(next), 'ephemeralContainers').map((one) => [str(one, 'name'), one]));
  for (const before of objs(specOf(live), 'ephemeralContainers')) {
    const name = JSON.stringify(str(before, 'name'));
    const same = after.get(str(before, 'name'));
    if (same === undefined) errors.push(forbidden(at, `existing ephemeral containers ${name} may not be removed\n`));
    else if (!equalValues(before, same)) {
      const difference = specDifference('core.EphemeralContainer', before, same);
      errors.push(forbidden(at, `existing ephemeral containers ${name} may not be changed\n${difference}`));
    }
  }
}

const RESIZABLE = ['cpu', 'memory'];

/** The container with cpu and memory as they were before. */
function withoutResize(container: JsonObject, old: JsonObject): JsonObject {
  const resources: JsonObject = { ...sub(container, 'resources') };
  for (const name of ['limits', 'requests']) {
    const before = sub(sub(old, 'resources'), name);
    const list: JsonObject = { ...sub(resources, name) };
    for (const key of RESIZABLE) {
      const value = before[key];
      if (value === undefined) delete list[key];
      else list[key] = value;
    }
    if (Object.keys(list).length > 0 || obj(sub(old, 'resources'), name) !== undefined) resources[name] = list;
    else delete resources[name];
  }
  return { ...container, resources };
}

const NAMED_BACK = 'may not be renamed or reordered on resize';

function orderErrors(next: JsonObject, live: JsonObject, errors: Errors): boolean {
  const before = errors.length;
  for (const list of ['containers', 'initContainers']) {
    if (objs(next, list).length !== objs(live, list).length)
      errors.push(forbidden(`spec.${list}`, `${list} may not be added or removed on resize`));
    else
      for (const [i, old] of objs(live, list).entries())
        if (str(objs(next, list)[i], 'name') !== str(old, 'name'))
          errors.push(forbidden(`spec.${list}[${i}].name`, `${list} ${NAMED_BACK}`));
  }
  return errors.length === before;
}

/** Running containers get other amounts of cpu and memory, and nothing else. */
export function resizeUpdate(next: KubeObject, live: KubeObject, errors: Errors): void {
  anyPodErrors(next, errors);
  if (live.metadata.annotations?.[MIRROR] !== undefined) {
    errors.length = 0;
    errors.push(forbidden('', 'static pods cannot be resized'));
    return;
  }
  const spec = specOf(next);
  const old = specOf(live);
  const quality = str(sub(members(live), 'status'), 'qosClass');
  if (quality !== '' && podQualityOfService(spec) !== quality)
    errors.push(invalid('spec', quality, 'Pod QOS Class may not change as a result of resizing'));
  if (!orderErrors(spec, old, errors)) return;
  for (const list of ['initContainers', 'containers']) {
    for (const [i, container] of objs(spec, list).entries()) {
      const before = objs(old, list)[i] ?? {};
      if (list === 'initContainers' && str(before, 'restartPolicy') !== 'Always') continue;
      for (const name of ['requests', 'limits']) {
        const kept = sub(sub(container, 'resources'), name);
        if (Object.keys(sub(sub(before, 'resources'), name)).some((key) => kept[key] === undefined))
          errors.push(forbidden(`spec.${list}[${i}].resources.${name}`, `resource ${name} cannot be removed`));
      }
    }
  }
  for (const [i, container] of objs(spec, 'containers').entries()) {
    const before = objs(old, 'containers')[i] ?? {};
    if (!equalValues(withoutResize(container, before), before)) errors.push(forbidden('spec', 'only cpu and memory resources are mutable'));
  }
  for (const [i, container] of objs(spec, 'initContainers').entries()) {
    const before = objs(old, 'initContainers')[i] ?? {};
    if (str(container, 'restartPolicy') !== 'Always') {
      if (!equalValues(container, before)) errors.push(forbidden('spec', 'resources for non-sidecar init containers are immutable'));
    } else if (!equalValues(withoutResize(container, before), before)) {
      const words = 'only cpu and memory resources for init or sidecar containers are mutable';
      errors.push(forbidden(`spec.initContainers[${i}]`, words));
    }
  }
}

export function podStatusErrors(next: KubeObject, live: KubeObject, errors: Errors): void {
  const status = sub(members(next), 'status');
  const old = sub(members(live), 'status');
  for (const [i, condition] of objs(status, 'conditions').entries()) {
    if ((num(condition, 'observedGeneration') ?? 0) < 0)
      errors.push(
        invalid(`status.conditions[${i}].observedGeneration`, num(condition, 'observedGeneration'), 'must be a non-negative integer'),
      );
    format(`status.conditions[${i}].Type`, str(condition, 'type'), qualifiedName, errors);
  }
  const nominated = str(status, 'nominatedNodeName');
  if (nominated !== '' && nominated !== str(old, 'nominatedNodeName')) {
    format('status.nominatedNodeName', nominated, (value) => dnsSubdomain(value), errors);
    if (str(specOf(live), 'nodeName') !== '')
      errors.push(forbidden('status.nominatedNodeName', 'may not be set on pods that are already bound to a node'));
  }
  if ((num(status, 'observedGeneration') ?? 0) < 0)
    errors.push(invalid('status.observedGeneration', num(status, 'observedGeneration'), 'must be a non-negative integer'));
  immutable('status.qosClass', str(status, 'qosClass'), str(old, 'qosClass'), errors);
  restartErrors(specOf(live), status, old, errors);
  claimNames(specOf(next), status, errors);
  addressErrors(status, old, 'podIPs', errors);
  addressErrors(status, old, 'hostIPs', errors);
}

/** Claims that were made for a pod are named as its spec asks for them. */
function claimNames(spec: JsonObject, status: JsonObject, errors: Errors): void {
  const wanted = objs(spec, 'resourceClaims').map((one) => str(one, 'name'));
  const seen = new Set<string>();
  for (const [i, one] of objs(status, 'resourceClaimStatuses').entries()) {
    const at = `status.resourceClaimStatuses[${i}]`;
    const name = str(one, 'name');
    if (!wanted.includes(name)) errors.push(invalid(`${at}.name`, name, 'must match the name of an entry in `spec.resourceClaims`'));
    if (seen.has(name)) errors.push(duplicate(`${at}.name`, name));
    seen.add(name);
    if (given(one, 'resourceClaimName'))
      format(`${at}.resourceClaimName`, str(one, 'resourceClaimName'), (value) => dnsSubdomain(value), errors);
  }
}

/** Where nothing is restarted, what terminated stays so. */
function restartErrors(spec: JsonObject, status: JsonObject, old: JsonObject, errors: Errors): void {
  for (const [i, before] of objs(old, 'containerStatuses').entries()) {
    const terminated = obj(obj(before, 'state'), 'terminated');
    const container = objs(spec, 'containers').find((one) => str(one, 'name') === str(before, 'name'));
    const policy = str(container, 'restartPolicy') || str(spec, 'restartPolicy');
    if (terminated === undefined || (container !== undefined && policy === 'Always')) continue;
    if (container !== undefined && policy === 'OnFailure' && (num(terminated, 'exitCode') ?? 0) !== 0) continue;
    const after = objs(status, 'containerStatuses').find((one) => str(one, 'name') === str(before, 'name'));
    if (after === undefined || obj(obj(after, 'state'), 'terminated') !== undefined) continue;
    errors.push(forbidden(`status.containerStatuses[${i}].state`, 'may not be transitioned to non-terminated state'));
  }
}

function addressErrors(status: JsonObject, old: JsonObject, name: string, errors: Errors): void {
  const ips = objs(status, name).map((one) => str(one, 'ip'));
  const known = new Set(objs(old, name).map((one) => str(one, 'ip')));
  const path = `status.${name}`;
  if (name === 'hostIPs' && ips.length > 0 && ips[0] !== str(status, 'hostIP'))
    errors.push(invalid('status.hostIPs[0].ip', ips[0], 'must be equal to `hostIP`'));
  for (const [i, ip] of ips.entries()) if (!known.has(ip)) ipErrors(`${path}[${i}]`, ip, errors);
  if (ips.length < 2) return;
  const wrong = ips.findIndex((ip) => !isIp(ip));
  if (wrong >= 0) errors.push(internal(path, `failed to check for dual stack with error:invalid IP[${wrong}]: ${ips[wrong]}`));
  const families = ips.map((ip) => ip.includes(':'));
  if (wrong >= 0 || ips.length > 2 || families[0] === families[1]) {
    const type = name === 'hostIPs' ? 'core.HostIP' : 'core.PodIP';
    const shown = objs(status, name).map((one) => printInternal(type, one));
    errors.push(invalid(path, shown, 'may specify no more than one IP for each IP family'));
  }
}
