import type { KubeObject } from '@caretaker/kube';
import { member, members, textOf } from '../admission/json-members.ts';
import { compareQuantities, formatQuantity, parseQuantity } from '../decode/quantity.ts';
import type { Usage } from './amounts.ts';
import { podUsage } from './pod-usage.ts';

/** Core resources that have a quota name of their own beside `count/…`. */
const NAMED = new Set(['configmaps', 'secrets', 'services', 'persistentvolumeclaims', 'replicationcontrollers', 'resourcequotas', 'pods']);

/** What one object takes of a quota. `group` and `plural` name its resource. */
export function usageOf(group: string, plural: string, object: KubeObject, now: number): Usage {
  if (plural === 'events' && (group === '' || group === 'events.k8s.io')) return {};
  const counted: Record<string, string> = { [`count/${plural}${group === '' ? '' : `.${group}`}`]: '1' };
  if (group !== '') return counted;
  if (plural === 'pods') return podUsage(object, counted, now);
  if (NAMED.has(plural)) counted[plural] = '1';
  if (plural === 'services') return { ...counted, ...serviceUsage(object) };
  return plural === 'persistentvolumeclaims' ? { ...counted, ...claimUsage(object) } : counted;
}

function serviceUsage(service: KubeObject): Usage {
  const spec = member(service, 'spec');
  const type = textOf(spec['type']);
  const ports = members(spec, 'ports').length;
  const allocates = type === 'NodePort' || (type === 'LoadBalancer' && spec['allocateLoadBalancerNodePorts'] !== false);
  const given = members(spec, 'ports').filter((port) => Number(port['nodePort'] ?? 0) !== 0).length;
  const nodePorts = allocates ? ports : type === 'LoadBalancer' ? given : 0;
  return { 'services.loadbalancers': type === 'LoadBalancer' ? '1' : '0', 'services.nodeports': String(nodePorts) };
}

function wholeBytes(value: unknown): string {
  const quantity = value === undefined ? undefined : parseQuantity(String(value));
  if (quantity === undefined) return '0';
  const part = quantity.nanos % NANOS;
  return part === 0n ? String(value) : formatQuantity({ ...quantity, nanos: quantity.nanos - part + NANOS });
}

const NANOS = 1_000_000_000n;
const CLASS_SUFFIX = '.storageclass.storage.k8s.io/';

function claimUsage(claim: KubeObject): Usage {
  const spec = member(claim, 'spec');
  const asked = wholeBytes(member(member(spec, 'resources'), 'requests')['storage']);
  const allocated = wholeBytes(member(member(claim, 'status'), 'allocatedResources')['storage']);
  const storage = compareQuantities(allocated, asked) > 0 ? allocated : asked;
  const name = claim.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? textOf(spec['storageClassName']);
  const own =
    name === '' ? {} : { [`${name}${CLASS_SUFFIX}requests.storage`]: storage, [`${name}${CLASS_SUFFIX}persistentvolumeclaims`]: '1' };
  return { 'requests.storage': storage, ...own };
}
