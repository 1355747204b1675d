import type { KubeObject } from '@caretaker/kube';
import { isUnschedulable } from '../kubelet/behavior.ts';
import { controllerOf, nameOf } from '../machinery/objects.ts';
import { quantities } from '../machinery/quantities.ts';
import { flag, items } from '../machinery/read.ts';
import { meetsTerms, namedNodes, nodePreference, selectsNode, softTaints, tolerates, untolerated } from './affinity.ts';
import { guardedBy } from './budgets.ts';
import { type InterPodRules, interPodPreference, interPodRules, type NamespaceLabels } from './inter-pod.ts';
import type { NodeUsage } from './node-usage.ts';
import { type Eviction, findVictims, mayPreempt } from './preemption.ts';
import { hostPortsOf, requestsOf } from './requests.ts';
import { type SpreadMisfit, spreadCrowd, spreadRules } from './spread.ts';

export type Placement = { node: string } | { unschedulable: string; eviction: Eviction | undefined };

/** What of the cluster a placement depends on beside the nodes and their pods. */
export interface Surroundings {
  namespaces: NamespaceLabels;
  /** Required node affinity of the volumes that the pod's claims are bound to. */
  volumes: readonly unknown[];
  /** PodDisruptionBudgets, asked for when a pod might take another's place. */
  budgets: () => readonly KubeObject[];
}

const ALONE: Surroundings = { namespaces: () => ({}), volumes: [], budgets: () => [] };

/** Sums of decimal requests are not exact. */
const ROUNDING = 1e-9;
const SELECTOR_MISMATCH = "node(s) didn't match Pod's node affinity/selector";

/** Where a pod goes: the least used of the nodes that fit, or why none fits, in the scheduler's words. */
export function place(pod: KubeObject, nodes: readonly NodeUsage[], around: Surroundings = ALONE): Placement {
  const reasons = new Map<string, number>();
  const rules = rulesOf(pod, nodes, around);
  const fitting: NodeUsage[] = [];
  const resolvable: NodeUsage[] = [];
  for (const usage of nodes) {
    const misfits = misfitsOf(pod, usage, rules);
    if (misfits.reasons.length === 0) fitting.push(usage);
    else if (misfits.preemptible) resolvable.push(usage);
    for (const reason of misfits.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  if (fitting.length > 0) return { node: nameOf(best(pod, fitting, nodes, around).node) };
  const explained = (preemption: string): string => explain(nodes.length, reasons, preemption);
  if (nodes.length > 0 && !mayPreempt(pod)) {
    return { unschedulable: explained('not eligible due to preemptionPolicy=Never.'), eviction: undefined };
  }
  const fits = (usage: NodeUsage, gone: ReadonlySet<KubeObject>): boolean => {
    const left = without(usage, gone);
    const others = nodes.map((other) => (other === usage ? left : other));
    return misfitsOf(pod, left, rulesOf(pod, others, around)).reasons.length === 0;
  };
  const budgets = around.budgets();
  const eviction = findVictims(pod, resolvable, fits, (pods) => guardedBy(budgets, pods));
  if (eviction) return { unschedulable: explain(nodes.length, reasons, undefined), eviction };
  return { unschedulable: explained(noVictims(nodes.length, nodes.length - resolvable.length)), eviction };
}

interface Rules {
  interPod: InterPodRules | undefined;
  spread: ((usage: NodeUsage) => SpreadMisfit) | undefined;
  /** Names of the only nodes that the pod's affinity can mean. */
  named: ReadonlySet<string> | undefined;
  volumes: readonly unknown[];
}

function rulesOf(pod: KubeObject, nodes: readonly NodeUsage[], around: Surroundings): Rules {
  return {
    interPod: interPodRules(pod, nodes, around.namespaces),
    spread: spreadRules(pod, nodes),
    named: namedNodes(pod),
    volumes: around.volumes,
  };
}

function without(usage: NodeUsage, gone: ReadonlySet<KubeObject>): NodeUsage {
  const pods = usage.pods.filter((pod) => !gone.has(pod));
  const used: Record<string, number> = {};
  for (const pod of pods) for (const [name, amount] of Object.entries(requestsOf(pod))) used[name] = (used[name] ?? 0) + amount;
  return { ...usage, pods, guarded: usage.guarded.filter((pod) => !gone.has(pod)), used, ports: new Set(pods.flatMap(hostPortsOf)) };
}

/** The node that suits best: no soft taint, then what the pod prefers, then few of its kind, then little used. */
function best(pod: KubeObject, fitting: readonly NodeUsage[], nodes: readonly NodeUsage[], around: Surroundings): NodeUsage {
  const owner = controllerOf(pod)?.uid ?? '';
  const company = interPodPreference(pod, nodes, around.namespaces);
  const crowded = spreadCrowd(pod, nodes);
  const rank = (usage: NodeUsage): number[] => [
    softTaints(pod, usage.node),
    -nodePreference(pod, usage.node),
    -company(usage),
    crowded(usage),
    crowd(usage, owner),
    load(usage),
  ];
  const ranked = fitting.map((usage) => ({ usage, rank: rank(usage) }));
  ranked.sort((left, right) => {
    const place = left.rank.findIndex((value, index) => value !== right.rank[index]);
    return place < 0 ? order(left.usage, right.usage) : (left.rank[place] ?? 0) - (right.rank[place] ?? 0);
  });
  return ranked[0]?.usage ?? { node: pod, used: {}, ports: new Set(), perController: new Map(), pods: [], guarded: [] };
}

function crowd(usage: NodeUsage, owner: string): number {
  return owner === '' ? 0 : (usage.perController.get(owner) ?? 0);
}

function load(usage: NodeUsage): number {
  return usage.used['pods'] ?? 0;
}

function order(left: NodeUsage, right: NodeUsage): number {
  return nameOf(left.node) < nameOf(right.node) ? -1 : 1;
}

interface Misfits {
  reasons: string[];
  /** Removing other pods might help. */
  preemptible: boolean;
}

function misfitsOf(pod: KubeObject, usage: NodeUsage, rules: Rules): Misfits {
  const { node, used, ports } = usage;
  const one = (reason: string): Misfits => ({ reasons: [reason], preemptible: false });
  if (isUnschedulable(pod)) return one(SELECTOR_MISMATCH);
  if (rules.named && !rules.named.has(nameOf(node))) return one("node(s) didn't satisfy plugin(s) [NodeAffinity]");
  const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
  if (flag(node, 'spec', 'unschedulable') && !tolerates(items(pod, 'spec', 'tolerations'), cordon))
    return one('node(s) were unschedulable');
  const taint = untolerated(pod, node);
  if (taint !== undefined) return one('node(s) had untolerated taint(s)');
  if (!selectsNode(pod, node)) return one(SELECTOR_MISMATCH);
  if (hostPortsOf(pod).some((port) => ports.has(port))) {
    return { reasons: ["node(s) didn't have free ports for the requested pod ports"], preemptible: true };
  }
  const allocatable = quantities(node, 'status', 'allocatable');
  const reasons: string[] = [];
  let preemptible = true;
  for (const [name, amount] of Object.entries(requestsOf(pod))) {
    if (amount === 0 || (used[name] ?? 0) + amount <= (allocatable[name] ?? 0) + ROUNDING) continue;
    reasons.push(name === 'pods' ? 'Too many pods' : `Insufficient ${name}`);
    if (amount > (allocatable[name] ?? 0)) preemptible = false;
  }
  if (reasons.length > 0) return { reasons, preemptible };
  if (!rules.volumes.every((affinity) => meetsTerms(affinity, node))) return one("node(s) didn't match PersistentVolume's node affinity");
  const misfit = rules.spread?.(usage) ?? rules.interPod?.misfit(usage);
  return misfit ? { reasons: [misfit.reason], preemptible: misfit.resolvable } : { reasons, preemptible };
}

/** Why a pod waits. `preemption` says what came of looking for pods to take away; undefined when some were found. */
export function explain(total: number, reasons: ReadonlyMap<string, number>, preemption: string | undefined): string {
  if (total === 0) return 'no nodes available to schedule pods';
  const list = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort();
  const text = `0/${total} nodes are available: ${list.join(', ')}.`;
  return preemption === undefined ? text : `${text} no new claims to deallocate, preemption: ${preemption}`;
}

/** What keeps a pod off every node, whichever it is. */
export function explainBlocked(total: number, reason: string): string {
  return total === 0 ? 'no nodes available to schedule pods' : `0/${total} nodes are available: ${reason}. not found`;
}

function noVictims(total: number, hopeless: number): string {
  const parts = [
    ...(total - hopeless > 0 ? [`${total - hopeless} No preemption victims found for incoming pod`] : []),
    ...(hopeless > 0 ? [`${hopeless} Preemption is not helpful for scheduling`] : []),
  ];
  return `0/${total} nodes are available: ${parts.sort().join(', ')}.`;
}
