import type { JsonObject, KubeObject } from '@caretaker/kube';
import { member, members, textOf } from '../admission/json-members.ts';
import { addQuantities } from '../admission/quantities.ts';
import { compareQuantities } from '../decode/quantity.ts';
import type { Usage } from './usage.ts';

/** A pod that has ended takes nothing but its `count/pods`. */
export function isEnded(pod: KubeObject): boolean {
  const phase = member(pod, 'status')['phase'];
  return phase === 'Succeeded' || phase === 'Failed';
}

export function podUsage(pod: KubeObject, counted: Usage): Usage {
  if (isEnded(pod)) return counted;
  const requests = podResources(pod, 'requests');
  const limits = podResources(pod, 'limits');
  const usage: Record<string, string> = { ...counted, pods: '1' };
  for (const [name, amount] of Object.entries(requests)) {
    usage[`requests.${name}`] = amount;
    if (name === 'cpu' || name === 'memory' || name === 'ephemeral-storage' || name.startsWith('hugepages-')) usage[name] = amount;
  }
  for (const [name, amount] of Object.entries(limits)) usage[`limits.${name}`] = amount;
  return usage;
}

/** Sum of the containers (sidecars among them), or the largest init container if that is more; plus the overhead. */
function podResources(pod: KubeObject, key: 'requests' | 'limits'): Record<string, string> {
  const spec = member(pod, 'spec');
  const total: Record<string, string> = {};
  const largest: Record<string, string> = {};
  const add = (container: JsonObject): void => {
    for (const [name, amount] of Object.entries(member(member(container, 'resources'), key)))
      total[name] = addQuantities(total[name] ?? '0', String(amount));
  };
  for (const container of members(spec, 'containers')) add(container);
  for (const container of members(spec, 'initContainers')) {
    if (container['restartPolicy'] === 'Always') add(container);
    else {
      for (const [name, amount] of Object.entries(member(member(container, 'resources'), key))) {
        if (compareQuantities(String(amount), largest[name] ?? '0') > 0) largest[name] = String(amount);
      }
    }
  }
  for (const [name, amount] of Object.entries(largest)) if (compareQuantities(amount, total[name] ?? '0') > 0) total[name] = amount;
  if (key === 'requests')
    for (const [name, amount] of Object.entries(member(spec, 'overhead'))) total[name] = addQuantities(total[name] ?? '0', String(amount));
  return total;
}

const COMPUTE = new Set(['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']);

/** Which containers leave out what the quota counts: `limits.memory for: main; requests.cpu for: main`. Empty when none does. */
export function missingResources(pod: KubeObject, hard: readonly string[]): string {
  const required = hard.filter((name) => COMPUTE.has(name)).sort();
  const containers = [...members(member(pod, 'spec'), 'containers'), ...members(member(pod, 'spec'), 'initContainers')];
  const parts = required.flatMap((name) => {
    const missing = containers.filter((container) => {
      const resources = member(container, 'resources');
      const [kind, resource] = name.includes('.') ? (name.split('.') as [string, string]) : ['requests', name];
      return member(resources, kind)[resource] === undefined;
    });
    return missing.length === 0 ? [] : [`${name} for: ${missing.map((container) => textOf(container['name'])).join(',')}`];
  });
  return parts.join('; ');
}
