import { settledWithin } from '../clock/wait.ts';
import { asError } from '../errors/kube-error.ts';
import type { LeaderElector } from '../lease/leader-elector.ts';
import { errorValues } from '../logs/error-values.ts';
import type { Clock } from '../types/clock.ts';
import type { Logger } from '../types/logger.ts';
import type { Component } from './component.ts';

export interface ManagerOptions {
  clock: Clock;
  logger: Logger;
  /** Without one, leader components start at once. */
  elector?: LeaderElector;
  /** Time for all stopping together, milliseconds; less than the pod's terminationGracePeriodSeconds. [20000] */
  graceMs?: number;
}

export interface Manager {
  /** Runs in every replica. Components start in the order added and stop in the reverse one. */
  add(component: Component): void;
  /** Runs in the leader only: started after all others, stopped before them. */
  addForLeader(component: Component): void;
  /** Whether everything that should run does. */
  readonly running: boolean;
  /**
   * Starts everything and resolves when the signal has aborted and everything has stopped: intake first, then what is under way, then the lease is
   * given back, then the rest. Rejects, after stopping, when a component cannot start or leadership is lost.
   */
  run(signal: AbortSignal): Promise<void>;
}

export function createManager(options: ManagerOptions): Manager {
  return new ComponentManager(options);
}

class ComponentManager implements Manager {
  readonly #options: ManagerOptions;
  readonly #always: Component[] = [];
  readonly #leader: Component[] = [];
  readonly #started: Component[] = [];
  #running = false;

  constructor(options: ManagerOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#running;
  }

  add(component: Component): void {
    this.#always.push(component);
  }

  addForLeader(component: Component): void {
    this.#leader.push(component);
  }

  async run(signal: AbortSignal): Promise<void> {
    const failure = await this.#runUntilEnd(signal).then(
      () => undefined,
      (thrown: unknown) => asError(thrown),
    );
    this.#running = false;
    await this.#stopAll(failure);
    if (failure !== undefined) throw failure;
  }

  /** Resolves when the signal has aborted; rejects when something failed before that. */
  async #runUntilEnd(signal: AbortSignal): Promise<void> {
    const { elector } = this.#options;
    const ended = new Promise<'ended'>((resolve) => {
      if (signal.aborted) resolve('ended');
      else signal.addEventListener('abort', () => resolve('ended'), { once: true });
    });
    const lost = elector?.lost.then((error) => {
      throw error;
    });
    const interrupted: Promise<'ended'> = lost === undefined ? ended : Promise.race([ended, lost]);
    // Whether it is waited for at the time of the loss is chance.
    interrupted.catch(() => undefined);
    const begin = async (step: () => void | Promise<void>): Promise<boolean> => {
      if (signal.aborted) return false;
      const begun = (async () => step())().then(() => 'begun' as const);
      // What begins too late to be waited for may fail unseen: everything is being stopped.
      begun.catch(() => undefined);
      return (await Promise.race([interrupted, begun])) === 'begun';
    };
    for (const component of this.#always) if (!(await begin(() => this.#start(component)))) return;
    if (elector !== undefined && this.#leader.length > 0 && !(await begin(() => elector.acquire(signal)))) return;
    for (const component of this.#leader) if (!(await begin(() => this.#start(component)))) return;
    this.#running = true;
    await interrupted;
  }

  #start(component: Component): void | Promise<void> {
    // Noted first: one that fails half-way is stopped as well.
    this.#started.push(component);
    return component.start();
  }

  async #stopAll(failure: Error | undefined): Promise<void> {
    const { clock, logger, elector } = this.#options;
    const deadline = clock.monotonic() + (this.#options.graceMs ?? 20_000);
    logger.info('Stopping', failure === undefined ? {} : errorValues(failure));
    const leaders = new Set(this.#leader);
    const started = this.#started.splice(0).reverse();
    for (const component of started.filter((each) => leaders.has(each))) await this.#stop(component, deadline);
    await this.#stop({ name: 'leadership', start: () => undefined, stop: () => elector?.release() }, deadline);
    for (const component of started.filter((each) => !leaders.has(each))) await this.#stop(component, deadline);
    logger.info('Stopped');
  }

  /** Nothing that hangs or fails keeps the rest from stopping. */
  async #stop(component: Component, deadline: number): Promise<void> {
    const { clock, logger } = this.#options;
    const graceMs = Math.max(0, deadline - clock.monotonic());
    const stopping = (async () => component.stop(graceMs))().catch((thrown: unknown) => {
      logger.error('Component did not stop cleanly', { component: component.name, ...errorValues(thrown) });
    });
    if (!(await settledWithin(clock, stopping, graceMs + 100)))
      logger.warn('Component did not stop in time', { component: component.name });
  }
}
