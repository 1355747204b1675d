import type { JsonObject } from '@caretaker/kube';
import { flag, given, num, obj, objs, str, strs, sub } from '../../validation/parts/read.ts';
import type { PodView } from './pod-view.ts';
import { containersWhere, type Finding, named, plural, quoted, setters, sortedSet } from './words.ts';

/** What `baseline` forbids. Each tells what it found, or nothing. */
export function appArmor(pod: PodView): Finding | undefined {
  const typeOf = (security: JsonObject): string[] => {
    const profile = obj(security, 'appArmorProfile');
    const type = str(profile, 'type');
    return profile === undefined || type === 'RuntimeDefault' || type === 'Localhost' ? [] : [type];
  };
  const ofPod = typeOf(pod.security);
  const containers = containersWhere(pod, ({ security }) => typeOf(security).length > 0);
  const annotations = Object.entries(pod.annotations)
    .filter(
      ([key, value]) =>
        key.startsWith('container.apparmor.security.beta.kubernetes.io/') && !/^(?:$|runtime\/default$|localhost\/)/.test(String(value)),
    )
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort();
  const who = [setters(ofPod.length > 0, containers), ...(annotations.length > 0 ? [plural('annotation', annotations.length)] : [])];
  const set = who.filter((each) => each !== '').join(' and ');
  if (set === '') return undefined;
  const values = [...sortedSet([...ofPod, ...pod.containers.flatMap(({ security }) => typeOf(security))]), ...annotations];
  return {
    reason: plural('forbidden AppArmor profile', values.length),
    detail: `${set} must not set AppArmor profile type to ${quoted(values)}`,
  };
}

const CAPABILITIES = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(' '),
);

export function capabilities(pod: PodView): Finding | undefined {
  const odd = (security: JsonObject): string[] => strs(sub(security, 'capabilities'), 'add').filter((each) => !CAPABILITIES.has(each));
  const containers = containersWhere(pod, ({ security }) => odd(security).length > 0);
  if (containers.length === 0) return undefined;
  const added = sortedSet(pod.containers.flatMap(({ security }) => odd(security)));
  return {
    reason: 'non-default capabilities',
    detail: `${named('container', containers)} must not include ${quoted(added)} in securityContext.capabilities.add`,
  };
}

export function hostNamespaces({ spec }: PodView): Finding | undefined {
  const shared = ['hostNetwork', 'hostPID', 'hostIPC'].filter((name) => flag(spec, name)).map((name) => `${name}=true`);
  return shared.length === 0 ? undefined : { reason: 'host namespaces', detail: shared.join(', ') };
}

export function hostPathVolumes({ spec }: PodView): Finding | undefined {
  const volumes = objs(spec, 'volumes').filter((volume) => given(volume, 'hostPath'));
  if (volumes.length === 0) return undefined;
  return {
    reason: 'hostPath volumes',
    detail: named(
      'volume',
      volumes.map((volume) => str(volume, 'name')),
    ),
  };
}

export function hostPorts(pod: PodView): Finding | undefined {
  const portsOf = (container: JsonObject): string[] =>
    objs(container, 'ports').flatMap((port) => ((num(port, 'hostPort') ?? 0) === 0 ? [] : [String(port['hostPort'])]));
  const containers = containersWhere(pod, ({ spec }) => portsOf(spec).length > 0);
  if (containers.length === 0) return undefined;
  const ports = sortedSet(pod.containers.flatMap(({ spec }) => portsOf(spec)));
  const use = containers.length === 1 ? 'uses' : 'use';
  return { reason: 'hostPort', detail: `${named('container', containers)} ${use} ${plural('hostPort', ports.length)} ${ports.join(', ')}` };
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

export function hostProbes(pod: PodView): Finding | undefined {
  const hostsOf = (container: JsonObject): string[] => {
    const lifecycle = sub(container, 'lifecycle');
    const handlers = [...PROBES.map((name) => sub(container, name)), sub(lifecycle, 'postStart'), sub(lifecycle, 'preStop')];
    return handlers
      .flatMap((handler) => ['httpGet', 'tcpSocket'].map((name) => str(sub(handler, name), 'host')))
      .filter((host) => host !== '');
  };
  const containers = sortedSet(containersWhere(pod, ({ spec }) => hostsOf(spec).length > 0));
  if (containers.length === 0) return undefined;
  const hosts = sortedSet(pod.containers.flatMap(({ spec }) => hostsOf(spec)));
  const use = containers.length === 1 ? 'uses' : 'use';
  const detail = `${named('container', containers)} ${use} ${plural('probe or lifecycle host', hosts.length)} ${quoted(hosts)}`;
  return { reason: 'probe or lifecycle host', detail };
}

export function privileged(pod: PodView): Finding | undefined {
  const containers = containersWhere(pod, ({ security }) => flag(security, 'privileged'));
  if (containers.length === 0) return undefined;
  return { reason: 'privileged', detail: `${named('container', containers)} must not set securityContext.privileged=true` };
}

export function procMount(pod: PodView): Finding | undefined {
  const odd = (security: JsonObject): boolean => given(security, 'procMount') && security['procMount'] !== 'Default';
  const containers = containersWhere(pod, ({ security }) => odd(security));
  if (containers.length === 0) return undefined;
  const types = sortedSet(pod.containers.filter(({ security }) => odd(security)).map(({ security }) => str(security, 'procMount')));
  return { reason: 'procMount', detail: `${named('container', containers)} must not set securityContext.procMount to ${quoted(types)}` };
}

const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t'];

export function seLinux(more: readonly string[]): (pod: PodView) => Finding | undefined {
  const allowed = new Set([...SELINUX_TYPES, ...more]);
  return (pod) => {
    const optionsOf = (security: JsonObject): JsonObject | undefined => obj(security, 'seLinuxOptions');
    const odd = (security: JsonObject): boolean => {
      const options = optionsOf(security);
      return options !== undefined && (!allowed.has(str(options, 'type')) || str(options, 'user') !== '' || str(options, 'role') !== '');
    };
    const who = setters(
      odd(pod.security),
      containersWhere(pod, ({ security }) => odd(security)),
    );
    if (who === '') return undefined;
    const all = [pod.security, ...pod.containers.map(({ security }) => security)].flatMap((security): JsonObject[] => {
      const options = optionsOf(security);
      return options === undefined ? [] : [options];
    });
    const types = sortedSet(all.map((options) => str(options, 'type')).filter((type) => !allowed.has(type)));
    const wrong = [
      ...(types.length === 0 ? [] : [named('type', types)]),
      ...(all.some((options) => str(options, 'user') !== '') ? ['user may not be set'] : []),
      ...(all.some((options) => str(options, 'role') !== '') ? ['role may not be set'] : []),
    ];
    return { reason: 'seLinuxOptions', detail: `${who} set forbidden securityContext.seLinuxOptions: ${wrong.join('; ')}` };
  };
}

/** Types of seccomp profiles that are set and are none of the two that are fine. */
export function oddSeccomp(security: JsonObject): string[] {
  const profile = obj(security, 'seccompProfile');
  const type = str(profile, 'type');
  return profile === undefined || type === 'Localhost' || type === 'RuntimeDefault' ? [] : [type];
}

export function seccomp(pod: PodView): Finding | undefined {
  const who = setters(
    oddSeccomp(pod.security).length > 0,
    containersWhere(pod, ({ security }) => oddSeccomp(security).length > 0),
  );
  if (who === '') return undefined;
  const values = sortedSet([...oddSeccomp(pod.security), ...pod.containers.flatMap(({ security }) => oddSeccomp(security))]);
  return { reason: 'seccompProfile', detail: `${who} must not set securityContext.seccompProfile.type to ${quoted(values)}` };
}

/** As it was before the field: by annotations. */
export function seccompAnnotations(pod: PodView): Finding | undefined {
  const keys = [
    'seccomp.security.alpha.kubernetes.io/pod',
    ...pod.containers.map(({ name }) => `container.seccomp.security.alpha.kubernetes.io/${name}`),
  ];
  const odd = keys
    .filter((key) => pod.annotations[key] !== undefined)
    .filter((key) => !/^(?:runtime\/default$|docker\/default$|localhost\/)/.test(String(pod.annotations[key])))
    .map((key) => `${key}=${JSON.stringify(pod.annotations[key])}`);
  if (odd.length === 0) return undefined;
  const found = sortedSet(odd);
  return { reason: 'seccompProfile', detail: `forbidden ${plural('annotation', found.length)} ${found.join(', ')}` };
}

export function sysctls(allowed: readonly string[]): (pod: PodView) => Finding | undefined {
  return ({ security }) => {
    const odd = objs(security, 'sysctls')
      .map((sysctl) => str(sysctl, 'name'))
      .filter((name) => !allowed.includes(name));
    return odd.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: odd.join(', ') };
  };
}

export function windowsHostProcess(pod: PodView): Finding | undefined {
  const set = (security: JsonObject): boolean => flag(sub(security, 'windowsOptions'), 'hostProcess');
  const who = setters(
    set(pod.security),
    containersWhere(pod, ({ security }) => set(security)),
  );
  return who === '' ? undefined : { reason: 'hostProcess', detail: `${who} must not set securityContext.windowsOptions.hostProcess=true` };
}
