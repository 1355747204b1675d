import type { KubeObject } from '@caretaker/kube';
import { isDeleting, nameOf, namespaceOf, uidOf } from '../machinery/objects.ts';
import { isFinished, isReady } from '../machinery/pods.ts';
import { at, flag, integer, items, text } from '../machinery/read.ts';

export interface BackendPort {
  name: string;
  port: number;
  protocol: string;
  appProtocol: string | undefined;
}

/** A pod behind a Service. */
export interface Backend {
  ip: string;
  node: string;
  hostname: string | undefined;
  ready: boolean;
  serving: boolean;
  terminating: boolean;
  target: { kind: 'Pod'; namespace: string; name: string; uid: string };
  ports: BackendPort[];
}

/** The pods behind a Service with the ports that they serve it on, ordered by address. Pods without an address and finished ones do not count. */
export function backendsOf(service: KubeObject, pods: readonly KubeObject[]): Backend[] {
  return pods
    .filter((pod) => text(pod, 'status', 'podIP') !== '' && !isFinished(pod))
    .map((pod) => backend(service, pod))
    .sort((left, right) => compareAddresses(left.ip, right.ip));
}

function backend(service: KubeObject, pod: KubeObject): Backend {
  const serving = isReady(pod);
  const publish = flag(service, 'spec', 'publishNotReadyAddresses');
  const hostname = text(pod, 'spec', 'hostname');
  return {
    ip: text(pod, 'status', 'podIP'),
    node: text(pod, 'spec', 'nodeName'),
    hostname: hostname !== '' && text(pod, 'spec', 'subdomain') === nameOf(service) ? hostname : undefined,
    ready: publish || (serving && !isDeleting(pod)),
    serving: publish || serving,
    terminating: isDeleting(pod),
    target: { kind: 'Pod', namespace: namespaceOf(pod), name: nameOf(pod), uid: uidOf(pod) },
    ports: items(service, 'spec', 'ports').flatMap((port) => resolvePort(port, pod)),
  };
}

function resolvePort(servicePort: unknown, pod: KubeObject): BackendPort[] {
  const protocol = text(servicePort, 'protocol') || 'TCP';
  const number = targetPort(at(servicePort, 'targetPort') ?? integer(servicePort, 'port'), protocol, pod);
  if (number === undefined) return [];
  return [{ name: text(servicePort, 'name'), port: number, protocol, appProtocol: text(servicePort, 'appProtocol') || undefined }];
}

/** The number of a target port: given, or the pod's container port of that name. */
export function targetPort(target: unknown, protocol: string, pod: KubeObject): number | undefined {
  if (typeof target === 'number') return target;
  const containers = items(pod, 'spec', 'containers');
  const named = containers
    .flatMap((container) => items(container, 'ports'))
    .find((port) => text(port, 'name') === target && (text(port, 'protocol') || 'TCP') === protocol);
  return integer(named, 'containerPort');
}

export function compareAddresses(left: string, right: string): number {
  const parts = (address: string): number[] => address.split('.').map(Number);
  const [a, b] = [parts(left), parts(right)];
  for (const [index, part] of a.entries()) if (part !== b[index]) return part - (b[index] ?? 0);
  return 0;
}

/** Backends with equal ports, which share a subset or slice. */
export function groupByPorts(backends: readonly Backend[]): { ports: BackendPort[]; backends: Backend[] }[] {
  const groups = new Map<string, { ports: BackendPort[]; backends: Backend[] }>();
  for (const one of backends) {
    const key = JSON.stringify(one.ports);
    const group = groups.get(key);
    if (group) group.backends.push(one);
    else groups.set(key, { ports: one.ports, backends: [one] });
  }
  return [...groups.values()];
}
