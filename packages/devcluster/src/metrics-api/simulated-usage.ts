import type { KubeObject } from '@caretaker/kube';
import { PREFIX } from '../workloads/kubelet/behavior.ts';
import { fnv32 } from '../workloads/machinery/hash.ts';
import { annotationsOf, uidOf } from '../workloads/machinery/objects.ts';
import { quantities, quantity } from '../workloads/machinery/quantities.ts';
import { text } from '../workloads/machinery/read.ts';

/** Use of one container: cores and bytes. */
export interface Usage {
  cpu: number;
  memory: number;
}

const MIB = 1024 * 1024;

/**
 * What a simulated container seems to use: what the annotations `devcluster.caretaker.dev/cpu` and `…/memory` of its pod say, else a part of its
 * requests, else a little. The same pod always shows the same.
 */
export function simulatedUsage(pod: KubeObject, container: unknown): Usage {
  const annotations = annotationsOf(pod);
  const [cpu, memory] = [annotations[`${PREFIX}cpu`], annotations[`${PREFIX}memory`]];
  const requests = quantities(container, 'resources', 'requests');
  const seed = fnv32(uidOf(pod) + text(container, 'name')) % 100;
  return {
    cpu: cpu !== undefined ? quantity(cpu) : requests['cpu'] ? requests['cpu'] * (0.05 + seed / 1000) : 0.001 + seed / 50_000,
    memory: memory !== undefined ? quantity(memory) : requests['memory'] ? requests['memory'] * (0.3 + seed / 500) : (8 + seed / 4) * MIB,
  };
}
