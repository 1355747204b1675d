/** What the real server warns of in objects that are allowed: old labels and annotations, and values that contradict each other. */
import type { JsonObject, KubeObject } from '@caretaker/kube';
import { compareQuantities } from '../decode/quantity.ts';
import { items, members, objs, str, strs, sub } from './parts/read.ts';

export const OLD_NODE_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

const MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets';

export function accountWarnings(next: KubeObject, live: KubeObject | undefined, warnings: string[]): void {
  if (live?.metadata.annotations?.[MOUNTABLE] !== undefined || next.metadata.annotations?.[MOUNTABLE] === undefined) return;
  const words = 'deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets';
  warnings.push(`metadata.annotations[${MOUNTABLE}]: ${words}`);
}

/** A quota that allows more to be requested than may be used at most. Only said when it is made. */
export function quotaWarnings(next: KubeObject, live: KubeObject | undefined, warnings: string[]): void {
  if (live !== undefined) return;
  const hard = sub(sub(members(next), 'spec'), 'hard');
  for (const resource of ['cpu', 'memory', 'storage', 'ephemeral-storage']) {
    const bare = resource === 'cpu' || resource === 'memory';
    const name = bare && hard[`requests.${resource}`] === undefined ? resource : `requests.${resource}`;
    const [requests, limits] = [str(hard, name), str(hard, `limits.${resource}`)];
    if (requests === '' || limits === '' || compareQuantities(requests, limits) <= 0) continue;
    warnings.push(`ResourceQuota ${name} (${requests}) should be less than limits.${resource} (${limits})`);
  }
}

export function storageClassWarnings(next: KubeObject, warnings: string[]): void {
  for (const [i, topology] of objs(members(next), 'allowedTopologies').entries())
    for (const [j, expression] of objs(topology, 'matchLabelExpressions').entries()) {
      const words = OLD_NODE_LABELS[str(expression, 'key')];
      if (words !== undefined) warnings.push(`allowedTopologies[${i}].matchLabelExpressions[${j}].key: ${words}`);
    }
}

export function runtimeClassWarnings(next: KubeObject, warnings: string[]): void {
  for (const key of Object.keys(sub(sub(members(next), 'scheduling'), 'nodeSelector'))) {
    const words = OLD_NODE_LABELS[key];
    if (words !== undefined) warnings.push(`scheduling.nodeSelector: ${words}`);
  }
}

/** Old labels in the expressions of a selector of nodes. */
export function expressionWarnings(selector: JsonObject, at: string, warnings: string[]): void {
  for (const [i, expression] of objs(selector, 'matchExpressions').entries()) {
    const key = str(expression, 'key');
    const words = OLD_NODE_LABELS[key];
    if (words !== undefined) warnings.push(`${items(`${at}.matchExpressions`, i)}.key: ${key} is ${words}`);
  }
}

export function capacityWarnings(next: KubeObject, warnings: string[]): void {
  const topology = sub(members(next), 'nodeTopology');
  expressionWarnings(topology, 'nodeTopology', warnings);
  for (const label of Object.keys(sub(topology, 'matchLabels'))) {
    const words = OLD_NODE_LABELS[label];
    if (words !== undefined) warnings.push(`nodeTopology.matchLabels.${label}: ${words}`);
  }
}

/** A range of IPv4 addresses whose first one has bits set beyond the prefix. */
export function rangeWarning(range: string, at: string, warnings: string[]): void {
  const [, address = '', length = ''] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(range) ?? [];
  if (address === '') return;
  const rest = 2 ** (32 - Number(length));
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = value - (value % rest);
  if (first === value) return;
  const network = [24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256).join('.');
  warnings.push(`${at}: CIDR value "${range}" is ambiguous in this context (should be "${network}/${length}" or "${address}/32"?)`);
}

export function networkPolicyWarnings(next: KubeObject, warnings: string[]): void {
  const spec = sub(members(next), 'spec');
  for (const [direction, peers] of [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const)
    for (const [i, rule] of objs(spec, direction).entries())
      for (const [j, peer] of objs(rule, peers).entries()) {
        const block = sub(peer, 'ipBlock');
        const at = `spec.${direction}[${i}].${peers}[${j}].ipBlock`;
        rangeWarning(str(block, 'cidr'), `${at}.cidr`, warnings);
        for (const [k, except] of strs(block, 'except').entries()) rangeWarning(except, `${at}.except[${k}]`, warnings);
      }
}
