import type { JsonObject, KubeObject } from '@caretaker/kube';
import { member, members, textOf } from '../admission/json-members.ts';
import { addQuantities } from '../admission/quantities.ts';
import { compareQuantities } from '../decode/quantity.ts';
import type { Usage } from './amounts.ts';

/** A pod that has ended, or was to be gone by now, takes nothing but its `count/pods`. */
export function isEnded(pod: KubeObject, now: number): boolean {
  const phase = member(pod, 'status')['phase'];
  if (phase === 'Succeeded' || phase === 'Failed') return true;
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false;
  return now > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

export function podUsage(pod: KubeObject, counted: Usage, now: number): Usage {
  if (isEnded(pod, now)) return counted;
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

type Amounts = Record<string, string>;

function addAll(total: Amounts, amounts: Readonly<Record<string, unknown>>): void {
  for (const [name, amount] of Object.entries(amounts)) total[name] = addQuantities(total[name] ?? '0', String(amount));
}

function raiseTo(total: Amounts, amounts: Amounts): void {
  for (const [name, amount] of Object.entries(amounts)) {
    const known = total[name];
    if (known === undefined || compareQuantities(amount, known) > 0) total[name] = amount;
  }
}

/**
 * The containers with all sidecars, or an init container with the sidecars before it if that is more; what is said of the pod as a whole stands for
 * that; plus the overhead (of limits: where there is one).
 */
function podResources(pod: KubeObject, key: 'requests' | 'limits'): Amounts {
  const spec = member(pod, 'spec');
  const total: Amounts = {};
  const sidecars: Amounts = {};
  const starting: Amounts = {};
  for (const container of members(spec, 'containers')) addAll(total, effective(pod, container, key));
  for (const container of members(spec, 'initContainers')) {
    if (container['restartPolicy'] === 'Always') {
      const amounts = effective(pod, container, key);
      addAll(total, amounts);
      addAll(sidecars, amounts);
      raiseTo(starting, { ...sidecars });
    } else {
      const amounts: Amounts = { ...sidecars };
      addAll(amounts, member(member(container, 'resources'), key));
      raiseTo(starting, amounts);
    }
  }
  raiseTo(total, starting);
  for (const [name, amount] of Object.entries(member(member(spec, 'resources'), key)))
    if (isOfWholePods(name)) total[name] = String(amount);
  for (const [name, amount] of Object.entries(member(spec, 'overhead')))
    if (key === 'requests' || compareQuantities(total[name] ?? '0', '0') !== 0) addAll(total, { [name]: amount });
  return total;
}

/** The most of what a container asks for, has been given and runs with: a resize takes effect later. */
function effective(pod: KubeObject, container: JsonObject, key: 'requests' | 'limits'): Amounts {
  const status = member(pod, 'status');
  const running = [...members(status, 'containerStatuses'), ...members(status, 'initContainerStatuses')].find(
    (each) => each['name'] === container['name'] && (each['resources'] ?? null) !== null,
  );
  const asked = texts(member(member(container, 'resources'), key));
  if (running === undefined) return asked;
  const total = isInfeasible(status) ? {} : asked;
  raiseTo(total, texts(member(member(running, 'resources'), key)));
  if (key === 'requests') raiseTo(total, texts(member(running, 'allocatedResources')));
  return total;
}

const texts = (amounts: JsonObject): Amounts => Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, String(amount)]));

const isInfeasible = (status: JsonObject): boolean =>
  members(status, 'conditions').some((each) => each['type'] === 'PodResizePending' && each['reason'] === 'Infeasible');

const isOfWholePods = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');

const COMPUTE = new Set(['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']);

/** Which containers leave out what the quota counts: `limits.memory for: main; requests.cpu for: main`. Empty when none does. */
export function missingResources(pod: KubeObject, hard: readonly string[]): string {
  const spec = member(pod, 'spec');
  const whole = member(spec, 'resources');
  if ([member(whole, 'requests'), member(whole, 'limits')].some((amounts) => Object.keys(amounts).some(isOfWholePods))) return '';
  const required = hard.filter((name) => COMPUTE.has(name)).sort();
  const containers = [...members(spec, 'containers'), ...members(spec, 'initContainers')];
  const parts = required.flatMap((name) => {
    const missing = containers.filter((container) => {
      const resources = member(container, 'resources');
      const [kind, resource] = name.includes('.') ? (name.split('.') as [string, string]) : ['requests', name];
      return member(resources, kind)[resource] === undefined;
    });
    const names = missing.map((container) => textOf(container['name'])).sort();
    return missing.length === 0 ? [] : [`${name} for: ${names.join(',')}`];
  });
  return parts.join('; ');
}
