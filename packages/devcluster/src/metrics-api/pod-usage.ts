import type { KubeObject } from '@caretaker/kube';
import type { ProcessPods } from '../process/process-pods.ts';
import { conditionIs } from '../workloads/machinery/conditions.ts';
import { instant, items, text } from '../workloads/machinery/read.ts';
import { UsageMeter } from './process-usage.ts';
import type { Usage } from './simulated-usage.ts';
import { simulatedUsage } from './simulated-usage.ts';

export interface ContainerUsage extends Usage {
  name: string;
}

/** What the containers of running pods use: measured for processes, made up for simulated ones. */
export class PodUsage {
  readonly #meter = new UsageMeter();
  readonly #processes: ProcessPods | undefined;
  readonly #now: () => number;

  constructor(processes: ProcessPods | undefined, now: () => number) {
    this.#processes = processes;
    this.#now = now;
  }

  /** Undefined for pods that do not run. */
  of(pod: KubeObject): ContainerUsage[] | undefined {
    if (text(pod, 'status', 'phase') !== 'Running' || !conditionIs(pod, 'PodScheduled')) return undefined;
    const running = items(pod, 'status', 'containerStatuses').filter(
      (status) => instant(status, 'state', 'running', 'startedAt') !== undefined,
    );
    return running.map((status) => ({ name: text(status, 'name'), ...this.#container(pod, status) }));
  }

  #container(pod: KubeObject, status: unknown): Usage {
    const name = text(status, 'name');
    const spec = items(pod, 'spec', 'containers').find((container) => text(container, 'name') === name);
    const pid = this.#processes?.find(pod)?.containers.get(name)?.child?.pid;
    if (pid === undefined) return simulatedUsage(pod, spec);
    const startedAt = instant(status, 'state', 'running', 'startedAt') ?? this.#now();
    return this.#meter.read(pid, startedAt, this.#now()) ?? { cpu: 0, memory: 0 };
  }
}
