import type { KubeObject } from '@caretaker/kube';
import type { ClusterEvent } from '../../controllers/contract.ts';
import { controllerOf, uidOf } from '../machinery/objects.ts';
import { isFinished } from '../machinery/pods.ts';
import { text } from '../machinery/read.ts';
import { hasAntiAffinity } from './inter-pod.ts';
import type { NodeUsage } from './node-usage.ts';
import { hostPortsOf, requestsOf } from './requests.ts';

interface Totals {
  pods: Map<string, KubeObject>;
  guarded: Map<string, KubeObject>;
  used: Record<string, number>;
  ports: Map<string, number>;
  perController: Map<string, number>;
}

interface Share {
  node: string;
  amounts: Readonly<Record<string, number>>;
  ports: readonly string[];
  owner: string;
  pod: KubeObject;
}

/** What the pods of each node take, kept up to date by events, so that placing a pod looks at nodes only. */
export class UsageBook {
  readonly #totals = new Map<string, Totals>();
  readonly #shares = new Map<string, Share>();

  handle({ type, object }: ClusterEvent): void {
    this.remove(uidOf(object));
    const node = text(object, 'spec', 'nodeName');
    if (type !== 'DELETED' && node !== '' && !isFinished(object)) this.assume(object, node);
  }

  /** Counts a pod as placed before the event says so. */
  assume(pod: KubeObject, node: string): void {
    this.remove(uidOf(pod));
    const share = { node, amounts: requestsOf(pod), ports: hostPortsOf(pod), owner: controllerOf(pod)?.uid ?? '', pod };
    this.#shares.set(uidOf(pod), share);
    this.#add(share, 1);
  }

  remove(uid: string): void {
    const share = this.#shares.get(uid);
    if (!share) return;
    this.#shares.delete(uid);
    this.#add(share, -1);
  }

  of(node: KubeObject): NodeUsage {
    const totals = this.#totals.get(node.metadata.name ?? '');
    return {
      node,
      used: totals?.used ?? {},
      ports: new Set(totals?.ports.keys()),
      perController: totals?.perController ?? new Map(),
      get pods() {
        return [...(totals?.pods.values() ?? [])];
      },
      get guarded() {
        return [...(totals?.guarded.values() ?? [])];
      },
    };
  }

  #add(share: Share, sign: 1 | -1): void {
    let totals = this.#totals.get(share.node);
    if (!totals) {
      totals = { pods: new Map(), guarded: new Map(), used: {}, ports: new Map(), perController: new Map() };
      this.#totals.set(share.node, totals);
    }
    for (const [name, amount] of Object.entries(share.amounts)) totals.used[name] = (totals.used[name] ?? 0) + sign * amount;
    const kept = hasAntiAffinity(share.pod) ? [totals.pods, totals.guarded] : [totals.pods];
    for (const map of kept) {
      if (sign > 0) map.set(uidOf(share.pod), share.pod);
      else map.delete(uidOf(share.pod));
    }
    for (const port of share.ports) count(totals.ports, port, sign);
    if (share.owner) count(totals.perController, share.owner, sign);
  }
}

function count(map: Map<string, number>, key: string, by: number): void {
  const next = (map.get(key) ?? 0) + by;
  if (next <= 0) map.delete(key);
  else map.set(key, next);
}
