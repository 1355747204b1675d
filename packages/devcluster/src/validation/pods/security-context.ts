import type { JsonObject } from '@caretaker/kube';
import { duplicate, invalid, notSupported, required, tooLong } from '../parts/field-errors.ts';
import { inclusiveRange } from '../parts/formats.ts';
import { printInternal } from '../parts/internal-json.ts';
import { type Errors, flag, given, num, obj, objs, optionalEnum, str, strs } from '../parts/read.ts';
import { windowsOptionsErrors } from './windows-options.ts';

const MAX_ID = 2147483647;

function idErrors(context: JsonObject, name: string, at: string, errors: Errors): void {
  const value = num(context, name);
  if (value !== undefined && (value < 0 || value > MAX_ID)) errors.push(invalid(`${at}.${name}`, value, inclusiveRange(0, MAX_ID)));
}

function seccomp(context: JsonObject, at: string, errors: Errors): void {
  const profile = obj(context, 'seccompProfile');
  if (profile === undefined) return;
  const path = `${at}.seccompProfile`;
  const type = str(profile, 'type');
  const local = given(profile, 'localhostProfile');
  if (type === '') errors.push(required(`${path}.type`, 'type is required when seccompProfile is set'));
  else if (!['Localhost', 'RuntimeDefault', 'Unconfined'].includes(type))
    errors.push(notSupported(`${path}.type`, type, ['Localhost', 'RuntimeDefault', 'Unconfined']));
  if (type === 'Localhost') {
    const file = str(profile, 'localhostProfile');
    if (!local) errors.push(required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost'));
    else if (file.startsWith('/')) errors.push(invalid(`${path}.localhostProfile`, file, 'must be a relative path'));
    if (file.split('/').includes('..')) errors.push(invalid(`${path}.localhostProfile`, file, "must not contain '..'"));
  } else if (type !== 'Localhost' && local) {
    errors.push(
      invalid(`${path}.localhostProfile`, printInternal('core.SeccompProfile', profile), 'can only be set when seccomp type is Localhost'),
    );
  }
}

function appArmor(context: JsonObject, at: string, errors: Errors): void {
  const profile = obj(context, 'appArmorProfile');
  if (profile === undefined) return;
  const path = `${at}.appArmorProfile`;
  const type = str(profile, 'type');
  const local = str(profile, 'localhostProfile');
  if (type === '') errors.push(required(`${path}.type`, 'type is required when appArmorProfile is set'));
  else if (type === 'Localhost') {
    if (local.trim() !== local) errors.push(invalid(`${path}.localhostProfile`, local, 'must not be padded with whitespace'));
    else if (local === '') errors.push(required(`${path}.localhostProfile`, 'must be set when AppArmor type is Localhost'));
    if (Buffer.byteLength(local) > 4095) errors.push(tooLong(`${path}.localhostProfile`, 4095));
  } else if (!['RuntimeDefault', 'Unconfined'].includes(type)) {
    errors.push(notSupported(`${path}.type`, type, ['Localhost', 'RuntimeDefault', 'Unconfined']));
  } else if (given(profile, 'localhostProfile')) {
    errors.push(invalid(`${path}.localhostProfile`, local, 'can only be set when AppArmor type is Localhost'));
  }
}

/** securityContext of a container. */
export function containerSecurityErrors(context: JsonObject | undefined, hostUsers: boolean, at: string, errors: Errors): void {
  if (context === undefined) return;
  idErrors(context, 'runAsUser', at, errors);
  idErrors(context, 'runAsGroup', at, errors);
  if (given(context, 'procMount')) {
    const value = str(context, 'procMount');
    if (value !== 'Default' && value !== 'Unmasked') errors.push(notSupported(`${at}.procMount`, value, ['Default', 'Unmasked']));
    if (hostUsers && value === 'Unmasked') errors.push(invalid(`${at}.procMount`, value, '`hostUsers` must be false to use `Unmasked`'));
  }
  seccomp(context, at, errors);
  if (context['allowPrivilegeEscalation'] === false) {
    const shown = printInternal('core.SecurityContext', context);
    if (flag(context, 'privileged'))
      errors.push(invalid(at, shown, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'));
    if (strs(obj(context, 'capabilities'), 'add').includes('CAP_SYS_ADMIN')) {
      errors.push(invalid(at, shown, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'));
    }
  }
  windowsOptionsErrors(obj(context, 'windowsOptions'), `${at}.windowsOptions`, errors);
  appArmor(context, at, errors);
}

const SYSCTL_WORDS = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;

/** securityContext of a pod. */
export function podSecurityErrors(context: JsonObject | undefined, spec: JsonObject, at: string, errors: Errors): void {
  if (context === undefined) return;
  idErrors(context, 'fsGroup', at, errors);
  idErrors(context, 'runAsUser', at, errors);
  idErrors(context, 'runAsGroup', at, errors);
  const groups = context['supplementalGroups'];
  if (Array.isArray(groups)) {
    for (const [i, group] of groups.entries()) {
      if (typeof group === 'number' && (group < 0 || group > MAX_ID))
        errors.push(invalid(`${at}.supplementalGroups[${i}]`, group, inclusiveRange(0, MAX_ID)));
    }
  }
  if (flag(spec, 'shareProcessNamespace') && flag(spec, 'hostPID'))
    errors.push(invalid(`${at}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled'));
  const names = new Set<string>();
  for (const [i, sysctl] of objs(context, 'sysctls').entries()) {
    const name = str(sysctl, 'name');
    const place = `${at}.sysctls[${i}].name`;
    if (name === '') errors.push(required(place));
    else if (name.length > 253 || !SYSCTL.test(name))
      errors.push(invalid(place, name, `must have at most 253 characters and match regex ${SYSCTL_WORDS}`));
    else if (names.has(name)) errors.push(duplicate(place, name));
    names.add(name);
  }
  if (given(context, 'fsGroupChangePolicy')) {
    const value = str(context, 'fsGroupChangePolicy');
    if (value !== 'Always' && value !== 'OnRootMismatch')
      errors.push(notSupported(`${at}.fsGroupChangePolicy`, value, ['Always', 'OnRootMismatch']));
  }
  seccomp(context, at, errors);
  windowsOptionsErrors(obj(context, 'windowsOptions'), `${at}.windowsOptions`, errors);
  appArmor(context, at, errors);
  if (given(context, 'supplementalGroupsPolicy')) {
    const value = str(context, 'supplementalGroupsPolicy');
    if (!['Merge', 'Strict'].includes(value)) errors.push(notSupported(`${at}.supplementalGroupsPolicy`, value, ['Merge', 'Strict']));
  }
  // the other policy belongs to a feature that is off
  optionalEnum(context, 'seLinuxChangePolicy', at, ['Recursive'], errors);
}
