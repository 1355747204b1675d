import type { KubeObject } from '@caretaker/kube';
import { isUnschedulable } from '../kubelet/behavior.ts';
import { controllerOf, nameOf } from '../machinery/objects.ts';
import { quantities } from '../machinery/quantities.ts';
import { flag, items, text } from '../machinery/read.ts';
import { selectsNode, tolerates, untolerated } from './affinity.ts';
import { hostPortsOf, requestsOf } from './requests.ts';

/** A node and what its pods take of it. */
export interface NodeUsage {
  node: KubeObject;
  used: Readonly<Record<string, number>>;
  ports: ReadonlySet<string>;
  /** Pods by the uid of their controller, for spreading. */
  perController: ReadonlyMap<string, number>;
}

export type Placement = { node: string } | { unschedulable: string };

/** Sums of decimal requests are not exact. */
const ROUNDING = 1e-9;
const SELECTOR_MISMATCH = "node(s) didn't match Pod's node affinity/selector";

/** Where a pod goes: the least used of the nodes that fit, or why none fits, in the scheduler's words. */
export function place(pod: KubeObject, nodes: readonly NodeUsage[]): Placement {
  const reasons = new Map<string, number>();
  let hopeless = 0;
  const fitting: NodeUsage[] = [];
  for (const usage of nodes) {
    const misfits = misfitsOf(pod, usage);
    if (misfits.reasons.length === 0) fitting.push(usage);
    for (const reason of misfits.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    if (misfits.reasons.length > 0 && !misfits.preemptible) hopeless += 1;
  }
  const owner = controllerOf(pod)?.uid ?? '';
  const best = [...fitting].sort(
    (left, right) => crowd(left, owner) - crowd(right, owner) || load(left) - load(right) || order(left, right),
  )[0];
  if (best) return { node: nameOf(best.node) };
  return { unschedulable: explain(nodes.length, reasons, hopeless) };
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

function misfitsOf(pod: KubeObject, { node, used, ports }: NodeUsage): Misfits {
  const one = (reason: string): Misfits => ({ reasons: [reason], preemptible: false });
  if (isUnschedulable(pod)) return one(SELECTOR_MISMATCH);
  const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
  if (flag(node, 'spec', 'unschedulable') && !tolerates(items(pod, 'spec', 'tolerations'), cordon))
    return one('node(s) were unschedulable');
  const taint = untolerated(pod, node);
  if (taint !== undefined) return one(`node(s) had untolerated taint {${text(taint, 'key')}: ${text(taint, 'value')}}`);
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
  return { reasons, preemptible };
}

export function explain(total: number, reasons: ReadonlyMap<string, number>, hopeless: number): string {
  if (total === 0) return 'no nodes available to schedule pods';
  const list = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort();
  const preemption = [
    ...(hopeless > 0 ? [`${hopeless} Preemption is not helpful for scheduling`] : []),
    ...(total - hopeless > 0 ? [`${total - hopeless} No preemption victims found for incoming pod`] : []),
  ];
  return `0/${total} nodes are available: ${list.join(', ')}. no new claims to deallocate, preemption: 0/${total} nodes are available: ${preemption.join(', ')}.`;
}
