import type { KubeObject } from '@caretaker/kube';
import type { ClusterApi, ClusterController, ClusterEvent } from '../../controllers/contract.ts';
import { ClusterEvents } from '../machinery/events.ts';
import { CONFIG_MAP, NODE, POD, SECRET } from '../machinery/kinds.ts';
import { isDeleting, keyOf, namespaceOf, refOfKey, uidOf } from '../machinery/objects.ts';
import { isFinished, phaseOf } from '../machinery/pods.ts';
import { items, text } from '../machinery/read.ts';
import type { ContainerBackend } from './backend.ts';
import type { SimulationOptions } from './behavior.ts';
import { PodWorker } from './pod-worker.ts';
import { runFromStatus } from './resume.ts';
import { SimulatedBackend } from './simulated-backend.ts';

export interface KubeletOptions extends SimulationOptions {
  /** Local processes: decides which pods are its own. Without it every pod is simulated. */
  processes?: ProcessBackend;
}

export interface ProcessBackend extends ContainerBackend {
  begin(api: ClusterApi): void;
  owns(pod: KubeObject): boolean;
  /** Resolves when no process runs any more. */
  idle(): Promise<void>;
}

/** Time that processes have to end when the cluster stops. */
const HALT_GRACE_MS = 5000;

/** Plays the kubelets of all nodes: every pod that is assigned to a node runs, really or simulated. */
export class Kubelet implements ClusterController {
  readonly name = 'kubelet';
  readonly #options: KubeletOptions;
  readonly #workers = new Map<string, PodWorker>();
  readonly #events = new Map<string, ClusterEvents>();
  /** Pods that wait for a ConfigMap or Secret: uid -> key. */
  readonly #waiting = new Map<string, string>();
  #api: ClusterApi | undefined;
  #simulated: SimulatedBackend | undefined;
  #unwatch: (() => void)[] = [];
  #initial = true;

  constructor(options: KubeletOptions) {
    this.#options = options;
  }

  start(api: ClusterApi): void {
    this.#api = api.as(api.user, 'kubelet');
    this.#simulated = new SimulatedBackend(api.clock, this.#options);
    this.#options.processes?.begin(this.#api);
    this.#unwatch = [
      api.watch(POD, (event) => this.#pod(event)),
      api.watch(CONFIG_MAP, (event) => this.#reference(event)),
      api.watch(SECRET, (event) => this.#reference(event)),
      api.watch(NODE, (event) => this.#node(event)),
    ];
    api.clock.after(0, () => {
      this.#initial = false;
    });
  }

  async stop(): Promise<void> {
    for (const unwatch of this.#unwatch) unwatch();
    for (const events of this.#events.values()) events.stop();
    for (const worker of this.#workers.values()) worker.halt(HALT_GRACE_MS);
    this.#workers.clear();
    await this.#options.processes?.idle();
  }

  #pod({ type, object }: ClusterEvent): void {
    const uid = uidOf(object);
    const worker = this.#workers.get(uid);
    if (type === 'DELETED') {
      worker?.gone();
    } else if (worker) {
      worker.update(object);
    } else if (text(object, 'spec', 'nodeName') !== '' && (!isFinished(object) || isDeleting(object))) {
      this.#begin(object);
    }
  }

  /** Pods that were given to a node before it was there. */
  #node({ type, object }: ClusterEvent): void {
    if (type !== 'ADDED' || this.#initial) return;
    for (const pod of this.#api?.list(POD) ?? []) {
      if (text(pod, 'spec', 'nodeName') === object.metadata.name) this.#pod({ type: 'MODIFIED', object: pod });
    }
  }

  #begin(pod: KubeObject): void {
    const api = this.#api;
    const simulated = this.#simulated;
    if (!api || !simulated) return;
    const node = text(pod, 'spec', 'nodeName');
    const host = api.peek({ ...NODE, name: node });
    if (!host) return;
    const hostIP = addressOf(host);
    const processes = this.#options.processes;
    const backend = processes?.owns(pod) ? processes : simulated;
    const resume = this.#initial && phaseOf(pod) === 'Running' ? runFromStatus(pod, hostIP, api.clock.now()) : undefined;
    if (resume?.podIP && backend === simulated) simulated.reserve(pod, resume.podIP);
    // A process gets a new address with its new life.
    if (resume && backend !== simulated) resume.podIP = undefined;
    const uid = uidOf(pod);
    const worker = new PodWorker(pod, {
      api,
      events: this.#eventsOf(api, node),
      backend,
      hostIP,
      ...(resume ? { resume } : {}),
      waiting: (forReference) => {
        if (forReference) this.#waiting.set(uid, keyOf(pod));
        else this.#waiting.delete(uid);
      },
      finished: () => {
        this.#workers.delete(uid);
        this.#waiting.delete(uid);
      },
    });
    this.#workers.set(uid, worker);
    worker.start();
  }

  #reference({ type, object }: ClusterEvent): void {
    if (type === 'DELETED') return;
    const prefix = `${namespaceOf(object)}/`;
    for (const [uid, key] of [...this.#waiting]) {
      const pod = key.startsWith(prefix) ? this.#api?.peek(refOfKey(POD, key)) : undefined;
      if (pod && uidOf(pod) === uid) this.#workers.get(uid)?.update(pod);
    }
  }

  #eventsOf(api: ClusterApi, node: string): ClusterEvents {
    const known = this.#events.get(node);
    if (known) return known;
    const events = new ClusterEvents(api, 'kubelet', node);
    this.#events.set(node, events);
    return events;
  }
}

/** InternalIP of a node; a documentation address when it has none. */
function addressOf(node: KubeObject | undefined): string {
  const internal = items(node, 'status', 'addresses').find((address) => text(address, 'type') === 'InternalIP');
  return text(internal, 'address') || '192.0.2.2';
}
