import type { Clock, KubeObject, Timer } from '@caretaker/kube';
import { uidOf } from '../machinery/objects.ts';
import type { Fields } from '../machinery/read.ts';
import { text } from '../machinery/read.ts';
import type { ContainerBackend, ContainerHandle, ContainerHooks, ContainerStart } from './backend.ts';
import type { Behavior, SimulationOptions } from './behavior.ts';
import { behaviorOf } from './behavior.ts';

/** Containers that only pretend: they become ready, complete or crash after a time. */
export class SimulatedBackend implements ContainerBackend {
  readonly #clock: Clock;
  readonly #options: SimulationOptions;
  readonly #addresses = new Map<string, string>();
  readonly #taken = new Set<string>();
  #next = 1;

  constructor(clock: Clock, options: SimulationOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  allocateIP(pod: KubeObject): string {
    const uid = uidOf(pod);
    const known = this.#addresses.get(uid);
    if (known !== undefined) return known;
    let address = '';
    do {
      this.#next = (this.#next % 0xffff) + 1;
      address = `10.${244 + Math.floor(this.#addresses.size / 0xffff)}.${this.#next >> 8}.${this.#next & 0xff}`;
    } while (this.#taken.has(address));
    this.#addresses.set(uid, address);
    this.#taken.add(address);
    return address;
  }

  /** An address that a pod has from an earlier life of the cluster. */
  reserve(pod: KubeObject, address: string): void {
    this.#addresses.set(uidOf(pod), address);
    this.#taken.add(address);
  }

  pullError(pod: KubeObject, container: Fields): string | undefined {
    if (behaviorOf(pod, this.#options).does !== 'image-pull-failure') return undefined;
    const image = text(container, 'image');
    return `failed to resolve reference "${image}": ${image}: not found`;
  }

  start({ pod, init, hooks }: ContainerStart): ContainerHandle {
    hooks.started();
    return this.#run(pod, init, hooks, false);
  }

  /** A pretence goes on as if the cluster had never stopped. */
  resume({ pod, init, hooks }: ContainerStart, wasReady: boolean): ContainerHandle {
    return this.#run(pod, init, hooks, wasReady);
  }

  #run(pod: KubeObject, init: boolean, hooks: ContainerHooks, isReady: boolean): ContainerHandle {
    const behavior: Behavior = init ? { does: 'complete', after: 0, exitCode: 0 } : behaviorOf(pod, this.#options);
    let timer: Timer | undefined;
    let over = false;
    const end = (exitCode: number): void => {
      if (over) return;
      over = true;
      timer?.cancel();
      hooks.exited({ exitCode });
    };
    const ready = (afterMs: number): void => {
      if (afterMs <= 0) hooks.ready(true);
      else timer = this.#clock.after(afterMs, () => over || hooks.ready(true));
    };
    if (behavior.does === 'run') {
      if (behavior.readyAfter !== undefined && !isReady) ready(behavior.readyAfter);
    } else if (behavior.does !== 'image-pull-failure') {
      // What crashes never gets as far as being ready.
      if (!init && behavior.does === 'complete') ready(0);
      // Never inside this call: the caller does not hold the handle yet.
      timer = this.#clock.after(behavior.after, () => end(behavior.exitCode));
    }
    // A service ends well when it is asked to; work that is cut short has failed (128 + SIGTERM).
    return { stop: () => end(behavior.does === 'run' ? 0 : 143) };
  }

  release(pod: KubeObject): void {
    const address = this.#addresses.get(uidOf(pod));
    if (address !== undefined) this.#taken.delete(address);
    this.#addresses.delete(uidOf(pod));
  }
}
