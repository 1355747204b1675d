import type { JsonObject } from '@caretaker/kube';
import { duplicate, forbidden, invalid, notSupported, required } from './field-errors.ts';
import { inclusiveRange } from './formats.ts';
import { type Errors, flag, given, num, obj, objs, str, strs } from './read.ts';

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
  else if (!['Localhost', 'RuntimeDefault', 'Unconfined'].includes(type)) {
    errors.push(notSupported(`${path}.type`, type, ['Localhost', 'RuntimeDefault', 'Unconfined']));
  } else if (type === 'Localhost' && !local) {
    errors.push(required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost'));
  } else if (type !== 'Localhost' && local) {
    errors.push(invalid(`${path}.localhostProfile`, str(profile, 'localhostProfile'), 'can only be set when seccomp type is Localhost'));
  }
}

/** securityContext of a container. */
export function containerSecurityErrors(context: JsonObject | undefined, at: string, errors: Errors): void {
  if (context === undefined) return;
  idErrors(context, 'runAsUser', at, errors);
  idErrors(context, 'runAsGroup', at, errors);
  if (given(context, 'procMount')) {
    const value = str(context, 'procMount');
    if (value !== 'Default' && value !== 'Unmasked') errors.push(notSupported(`${at}.procMount`, value, ['Default', 'Unmasked']));
  }
  seccomp(context, at, errors);
  if (context['allowPrivilegeEscalation'] === false) {
    if (flag(context, 'privileged'))
      errors.push(invalid(at, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'));
    if (strs(obj(context, 'capabilities'), 'add').includes('CAP_SYS_ADMIN')) {
      errors.push(invalid(at, context, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'));
    }
  }
}

const SYSCTL_WORDS = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;

/** securityContext of a pod. */
export function podSecurityErrors(context: JsonObject | undefined, at: string, errors: Errors): void {
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
  if (given(context, 'windowsOptions') && given(context, 'seLinuxOptions')) {
    errors.push(forbidden(`${at}.windowsOptions`, 'windows options cannot be set with seLinuxOptions'));
  }
}
