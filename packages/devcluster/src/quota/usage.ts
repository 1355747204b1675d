import type { KubeObject } from '@caretaker/kube';
import { member, members, textOf } from '../admission/json-members.ts';
import { addQuantities } from '../admission/quantities.ts';
import { podUsage } from './pod-usage.ts';

/** Amounts by the names that quotas use. */
export type Usage = Readonly<Record<string, string>>;

/** Core resources that have a quota name of their own beside `count/…`. */
const NAMED = new Set(['configmaps', 'secrets', 'services', 'persistentvolumeclaims', 'replicationcontrollers', 'resourcequotas', 'pods']);

/** What one object takes of a quota. `group` and `plural` name its resource. */
export function usageOf(group: string, plural: string, object: KubeObject): Usage {
  const counted: Record<string, string> = { [`count/${plural}${group === '' ? '' : `.${group}`}`]: '1' };
  if (group !== '') return counted;
  if (plural === 'pods') return podUsage(object, counted);
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

const CLASS_SUFFIX = '.storageclass.storage.k8s.io/';

function claimUsage(claim: KubeObject): Usage {
  const spec = member(claim, 'spec');
  const storage = String(member(member(spec, 'resources'), 'requests')['storage'] ?? '0');
  const name = claim.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? textOf(spec['storageClassName']);
  const own =
    name === '' ? {} : { [`${name}${CLASS_SUFFIX}requests.storage`]: storage, [`${name}${CLASS_SUFFIX}persistentvolumeclaims`]: '1' };
  return { 'requests.storage': storage, ...own };
}

export function addUsage(left: Usage, right: Usage): Usage {
  const sum: Record<string, string> = { ...left };
  for (const [name, amount] of Object.entries(right)) sum[name] = addQuantities(sum[name] ?? '0', amount);
  return sum;
}
