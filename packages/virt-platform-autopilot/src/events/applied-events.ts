import type { Clock, EventRecorder, KubeObject, Timer } from '@caretaker/kube';
import { regardingOf } from './regarding.ts';

/** So long applied assets are gathered, milliseconds. */
const gatherMs = 400;
/** Characters of a message; the API takes 1024. */
const longest = 1000;

/** Tells the HyperConverged which assets were applied: one event for all of a moment, so that a first pass costs few requests. */
export class AppliedEvents {
  readonly #clock: Clock;
  readonly #events: EventRecorder;
  #waiting: string[] = [];
  #hco: KubeObject | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, events: EventRecorder) {
    this.#clock = clock;
    this.#events = events;
  }

  /** `what`: asset and object, as events word them. */
  applied(what: string, hco: KubeObject): void {
    this.#waiting.push(what);
    this.#hco = hco;
    this.#timer ??= this.#clock.after(gatherMs, () => this.flush());
  }

  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (this.#hco === undefined) return;
    for (const message of messagesOf(waiting)) {
      this.#events.record({ type: 'Normal', reason: 'AssetApplied', message, regarding: regardingOf(this.#hco) });
    }
  }
}

/** As few messages as hold all of them. Pure. */
export function messagesOf(applied: readonly string[]): string[] {
  const messages: string[] = [];
  for (const what of applied) {
    const last = messages.at(-1);
    if (last !== undefined && last.length + what.length + 2 <= longest) messages[messages.length - 1] = `${last}, ${what}`;
    else messages.push(`Applied asset ${what}`);
  }
  return messages;
}
