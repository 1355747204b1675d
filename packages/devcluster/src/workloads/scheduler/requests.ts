import type { KubeObject } from '@caretaker/kube';
import { quantities } from '../machinery/quantities.ts';
import { integer, items, text } from '../machinery/read.ts';

export type Amounts = Readonly<Record<string, number>>;

/** What a pod takes of a node: the sum of its containers' requests, at least the largest init container's; and one pod. */
export function requestsOf(pod: KubeObject): Amounts {
  const total: Record<string, number> = {};
  for (const container of items(pod, 'spec', 'containers')) {
    for (const [name, amount] of Object.entries(quantities(container, 'resources', 'requests'))) total[name] = (total[name] ?? 0) + amount;
  }
  for (const container of items(pod, 'spec', 'initContainers')) {
    const sidecar = text(container, 'restartPolicy') === 'Always';
    for (const [name, amount] of Object.entries(quantities(container, 'resources', 'requests'))) {
      total[name] = sidecar ? (total[name] ?? 0) + amount : Math.max(total[name] ?? 0, amount);
    }
  }
  total['pods'] = 1;
  return total;
}

/** Host ports that a pod needs, as `TCP/8080`. */
export function hostPortsOf(pod: KubeObject): string[] {
  return items(pod, 'spec', 'containers')
    .flatMap((container) => items(container, 'ports'))
    .filter((port) => integer(port, 'hostPort'))
    .map((port) => `${text(port, 'protocol') || 'TCP'}/${integer(port, 'hostPort')}`);
}
