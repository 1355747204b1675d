import { TransportError } from '../errors/transport-error.ts';
import type { Clock, Timer } from '../types/clock.ts';

/**
 * Whether this process may write as the leader right now. Open from a successful renewal until its deadline on the monotonic clock; a process that was
 * stopped and goes on finds it closed before it can send anything, whatever its timers say. Time in which the machine slept does not count on the monotonic
 * clock, so that the wall clock must agree as well: when it has moved too far, the fence is shut until the next renewal.
 */
export class Fence {
  readonly #clock: Clock;
  readonly #underWay = new Set<AbortController>();
  #until = Number.NEGATIVE_INFINITY;
  #wallUntil = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get open(): boolean {
    return this.#clock.monotonic() < this.#until && this.#clock.now() < this.#wallUntil;
  }

  /** A renewal succeeded that was sent at `sent` (monotonic) and `sentWall`: what counts is when it left, not when it was answered. */
  extend(sent: number, sentWall: number, validMs: number): void {
    this.#until = sent + validMs;
    this.#wallUntil = sentWall + validMs;
    this.#arm();
  }

  /** Leadership is over or given back. */
  shut(): void {
    this.#until = this.#wallUntil = Number.NEGATIVE_INFINITY;
    this.#timer?.cancel();
    this.#expire();
  }

  /** Throws when the fence is shut. */
  check(): void {
    if (!this.open) throw new TransportError('fenced', '');
  }

  /** Follows a request: its signal aborts when the fence shuts. Throws when it is shut already. */
  enter(): AbortController {
    this.check();
    const controller = new AbortController();
    this.#underWay.add(controller);
    return controller;
  }

  leave(controller: AbortController): void {
    this.#underWay.delete(controller);
  }

  /** Timers may fire a little early by the clock that counts. */
  #arm(): void {
    this.#timer?.cancel();
    const remaining = this.#until - this.#clock.monotonic();
    if (remaining <= 0) this.#expire();
    else this.#timer = this.#clock.after(remaining, () => this.#arm());
  }

  #expire(): void {
    for (const controller of this.#underWay)
      controller.abort(new TransportError('fenced', 'the renew deadline passed while it was under way'));
    this.#underWay.clear();
  }
}
