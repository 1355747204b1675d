import type { JsonObject } from '@caretaker/kube';
import { given, obj, objs, str, strs } from '../../validation/parts/read.ts';
import { oddSeccomp, seccomp } from './baseline.ts';
import type { PodView } from './pod-view.ts';
import { containersWhere, type Finding, named, plural, quoted, setters, sortedSet } from './words.ts';

/** What `restricted` asks for beyond `baseline`. Each tells what it found, or nothing. */
export function privilegeEscalation(pod: PodView): Finding | undefined {
  const containers = containersWhere(pod, ({ security }) => security['allowPrivilegeEscalation'] !== false);
  if (containers.length === 0) return undefined;
  const detail = `${named('container', containers)} must set securityContext.allowPrivilegeEscalation=false`;
  return { reason: 'allowPrivilegeEscalation != false', detail };
}

export function dropsCapabilities(pod: PodView): Finding | undefined {
  const added = (security: JsonObject): string[] =>
    strs(obj(security, 'capabilities'), 'add').filter((each) => each !== 'NET_BIND_SERVICE');
  const keeping = containersWhere(pod, ({ security }) => !strs(obj(security, 'capabilities'), 'drop').includes('ALL'));
  const adding = containersWhere(pod, ({ security }) => added(security).length > 0);
  const all = sortedSet(pod.containers.flatMap(({ security }) => added(security)));
  const details = [
    ...(keeping.length === 0 ? [] : [`${named('container', keeping)} must set securityContext.capabilities.drop=["ALL"]`]),
    ...(adding.length === 0 ? [] : [`${named('container', adding)} must not include ${quoted(all)} in securityContext.capabilities.add`]),
  ];
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') };
}

const VOLUMES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret'];

export function volumes({ spec }: PodView): Finding | undefined {
  const odd = objs(spec, 'volumes').filter((volume) => !VOLUMES.some((type) => given(volume, type)));
  if (odd.length === 0) return undefined;
  const types = sortedSet(odd.map((volume) => Object.keys(volume).find((key) => key !== 'name') ?? 'unknown'));
  const names = odd.map((volume) => str(volume, 'name'));
  const use = names.length === 1 ? 'uses' : 'use';
  const detail = `${named('volume', names)} ${use} ${plural('restricted volume type', types.length)} ${quoted(types)}`;
  return { reason: 'restricted volume types', detail };
}

export function nonRoot(pod: PodView): Finding | undefined {
  const reason = 'runAsNonRoot != true';
  const who = setters(
    pod.security['runAsNonRoot'] === false,
    containersWhere(pod, ({ security }) => security['runAsNonRoot'] === false),
  );
  if (who !== '') return { reason, detail: `${who} must not set securityContext.runAsNonRoot=false` };
  if (pod.security['runAsNonRoot'] === true) return undefined;
  const silent = containersWhere(pod, ({ security }) => !given(security, 'runAsNonRoot'));
  if (silent.length === 0) return undefined;
  return { reason, detail: `pod or ${named('container', silent)} must set securityContext.runAsNonRoot=true` };
}

export function userZero(pod: PodView): Finding | undefined {
  const who = setters(
    pod.security['runAsUser'] === 0,
    containersWhere(pod, ({ security }) => security['runAsUser'] === 0),
  );
  return who === '' ? undefined : { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` };
}

export function seccompSet(pod: PodView): Finding | undefined {
  const odd = seccomp(pod);
  if (odd !== undefined) return odd;
  if (given(pod.security, 'seccompProfile') && oddSeccomp(pod.security).length === 0) return undefined;
  const silent = containersWhere(pod, ({ security }) => !given(security, 'seccompProfile'));
  if (silent.length === 0) return undefined;
  const detail = `pod or ${named('container', silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`;
  return { reason: 'seccompProfile', detail };
}
