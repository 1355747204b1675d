/** What a pod's operating system and its share of the host's namespaces allow. */
import type { JsonObject } from '@caretaker/kube';
import { forbidden, invalid, notSupported, required } from '../parts/field-errors.ts';
import { type Errors, flag, given, items, obj, objs, size, str, sub } from '../parts/read.ts';

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'];

function* containersOf(spec: JsonObject, at: string): Generator<readonly [JsonObject, string]> {
  for (const list of LISTS) for (const [i, one] of objs(spec, list).entries()) yield [one, items(`${at}.${list}`, i)];
}

/** User namespaces do not go with the host's others. */
export function hostUsersErrors(spec: JsonObject, at: string, errors: Errors): void {
  if (spec['hostUsers'] !== false) return;
  const refuse = (path: string): void => void errors.push(forbidden(path, 'when `hostUsers` is false'));
  if (flag(spec, 'hostNetwork')) refuse(`${at}.hostNetwork`);
  if (flag(spec, 'hostPID')) refuse(`${at}.HostPID`);
  if (flag(spec, 'hostIPC')) refuse(`${at}.HostIPC`);
  for (const [container, path] of containersOf(spec, at)) if (size(container, 'volumeDevices') > 0) refuse(`${path}.volumeDevices`);
}

/** Windows containers that run on the host itself: all of a pod or none, and on the host's network. */
export function hostProcessErrors(spec: JsonObject, at: string, errors: Errors): void {
  const own = (holder: JsonObject): unknown => sub(sub(holder, 'securityContext'), 'windowsOptions')['hostProcess'];
  const pod = own(spec);
  let some = false;
  let all = true;
  for (const [container, path] of containersOf(spec, at)) {
    const wanted = own(container);
    if (pod !== undefined && wanted !== undefined && pod !== wanted) {
      errors.push(
        invalid(
          `${path}.securityContext.windowsOptions.hostProcess`,
          wanted === true,
          `pod hostProcess value must be identical if both are specified, was ${String(pod)}`,
        ),
      );
    }
    if ((wanted ?? pod) === true) some = true;
    else all = false;
  }
  if (some && !all) {
    const words = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.push(invalid(at, '', words));
  }
  if (some && !flag(spec, 'hostNetwork'))
    errors.push(invalid(`${at}.hostNetwork`, false, 'hostNetwork must be true if pod contains any hostProcess containers'));
}

/** Members of a pod that Windows does not know, in the order of their refusals; those of `securityContext` are written with it. */
const NOT_ON_WINDOWS = [
  'securityContext.appArmorProfile',
  'securityContext.seLinuxOptions',
  'hostUsers',
  'hostPID',
  'hostIPC',
  'securityContext.seccompProfile',
  'securityContext.fsGroup',
  'securityContext.fsGroupChangePolicy',
  'securityContext.sysctls',
  'shareProcessNamespace',
  'securityContext.runAsUser',
  'securityContext.runAsGroup',
  'securityContext.supplementalGroups',
  'securityContext.supplementalGroupsPolicy',
  'securityContext.seLinuxChangePolicy',
];
const NOT_ON_WINDOWS_CONTAINERS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
];

function windowsErrors(spec: JsonObject, at: string, errors: Errors): void {
  const words = 'cannot be set for a windows pod';
  for (const path of NOT_ON_WINDOWS) {
    const [first = '', second] = path.split('.');
    const present =
      second === undefined
        ? given(spec, first) && spec[first] !== (first.startsWith('hostU') ? undefined : false)
        : given(sub(spec, first), second);
    if (present) errors.push(forbidden(`${at}.${path}`, words));
  }
  for (const [container, path] of containersOf(spec, at))
    for (const name of NOT_ON_WINDOWS_CONTAINERS)
      if (given(sub(container, 'securityContext'), name)) errors.push(forbidden(`${path}.securityContext.${name}`, words));
}

function linuxErrors(spec: JsonObject, at: string, errors: Errors): void {
  const words = 'windows options cannot be set for a linux pod';
  if (given(sub(spec, 'securityContext'), 'windowsOptions')) errors.push(forbidden(`${at}.securityContext.windowsOptions`, words));
  for (const [container, path] of containersOf(spec, at))
    if (given(sub(container, 'securityContext'), 'windowsOptions')) errors.push(forbidden(`${path}.securityContext.windowsOptions`, words));
}

export function operatingSystemErrors(spec: JsonObject, at: string, errors: Errors): void {
  const os = obj(spec, 'os');
  if (os === undefined) return;
  const name = str(os, 'name');
  if (name === '') errors.push(required(`${at}.os.name`));
  else if (name === 'linux') linuxErrors(spec, at, errors);
  else if (name === 'windows') windowsErrors(spec, at, errors);
  else errors.push(notSupported(`${at}.os`, name, ['linux', 'windows']));
}
