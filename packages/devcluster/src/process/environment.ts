import type { KubeObject } from '@caretaker/kube';
import type { Lookup } from '../workloads/kubelet/references.ts';
import { annotationsOf, labelsOf, nameOf, namespaceOf, uidOf } from '../workloads/machinery/objects.ts';
import { quantity } from '../workloads/machinery/quantities.ts';
import { at, fields, items, strings, text } from '../workloads/machinery/read.ts';
import { expandVariables } from './command-line.ts';

/** What a pod has only once it is on its node. */
export interface PodAddress {
  podIP: string;
  hostIP: string;
}

/** A container's environment: envFrom, then env in order, each expanded with what came before it. Missing optional references are left out. */
export function containerEnvironment(pod: KubeObject, container: unknown, address: PodAddress, lookup: Lookup): Record<string, string> {
  const result: Record<string, string> = {};
  for (const source of items(container, 'envFrom')) {
    const prefix = text(source, 'prefix');
    const map = lookup('ConfigMap', text(source, 'configMapRef', 'name'));
    const secret = lookup('Secret', text(source, 'secretRef', 'name'));
    for (const [key, value] of Object.entries(strings(map, 'data'))) result[prefix + key] = value;
    for (const [key, value] of Object.entries(strings(secret, 'data'))) result[prefix + key] = decode(value);
  }
  for (const variable of items(container, 'env')) {
    const value = variableValue(pod, container, variable, address, lookup, result);
    if (value !== undefined) result[text(variable, 'name')] = value;
  }
  return result;
}

function variableValue(
  pod: KubeObject,
  container: unknown,
  variable: unknown,
  address: PodAddress,
  lookup: Lookup,
  known: Readonly<Record<string, string>>,
): string | undefined {
  const from = fields(variable, 'valueFrom');
  if ('fieldRef' in from) return podField(pod, text(from, 'fieldRef', 'fieldPath'), address);
  if ('resourceFieldRef' in from) return resourceField(pod, container, from['resourceFieldRef']);
  if ('configMapKeyRef' in from) {
    return strings(lookup('ConfigMap', text(from, 'configMapKeyRef', 'name')), 'data')[text(from, 'configMapKeyRef', 'key')];
  }
  if ('secretKeyRef' in from) {
    const value = strings(lookup('Secret', text(from, 'secretKeyRef', 'name')), 'data')[text(from, 'secretKeyRef', 'key')];
    return value === undefined ? undefined : decode(value);
  }
  return expandVariables(text(variable, 'value'), known);
}

/** A field of the downward API. */
export function podField(pod: KubeObject, path: string, address: PodAddress): string | undefined {
  const subscript = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path);
  if (subscript) return (subscript[1] === 'labels' ? labelsOf(pod) : annotationsOf(pod))[subscript[2] ?? ''] ?? '';
  switch (path) {
    case 'metadata.name':
      return nameOf(pod);
    case 'metadata.namespace':
      return namespaceOf(pod);
    case 'metadata.uid':
      return uidOf(pod);
    case 'spec.nodeName':
      return text(pod, 'spec', 'nodeName');
    case 'spec.serviceAccountName':
      return text(pod, 'spec', 'serviceAccountName');
    case 'status.podIP':
    case 'status.podIPs':
      return address.podIP;
    case 'status.hostIP':
    case 'status.hostIPs':
      return address.hostIP;
    default:
      return undefined;
  }
}

/** A field of a container's resources, in the units of the divisor. */
export function resourceField(pod: KubeObject, container: unknown, reference: unknown): string {
  const named = text(reference, 'containerName');
  const target = named === '' ? container : items(pod, 'spec', 'containers').find((spec) => text(spec, 'name') === named);
  const [list = '', resource = ''] = text(reference, 'resource').split('.');
  const divisor = quantity(text(reference, 'divisor') || '1') || 1;
  const value = at(target, 'resources', list, resource);
  return String(Math.ceil(quantity(typeof value === 'string' ? value : undefined) / divisor));
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
