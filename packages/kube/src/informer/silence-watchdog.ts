import type { Clock, Timer } from '../types/clock.ts';

/** A kube-apiserver sends a bookmark about every minute: two missed are silence. */
const silenceMs = 120_000;
/** Initial events come without pauses; a server that pauses this long does not know about them. */
const initialSilenceMs = 30_000;
/** How long after its own time limit a watch that gets no bookmarks is given up. */
const graceMs = 30_000;

/** Notices when a watch has gone silent. Learns from a server that sends no bookmarks not to expect any. */
export class SilenceWatchdog {
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #expectsBookmarks = true;
  #heardBookmark = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts from now; `bark` is called with the milliseconds of silence. */
  watch(initial: boolean, timeoutSeconds: number, bark: (ms: number) => void): void {
    this.#timer?.cancel();
    const ms = initial ? initialSilenceMs : this.#expectsBookmarks ? silenceMs : timeoutSeconds * 1000 + graceMs;
    this.#timer = this.#clock.after(ms, () => {
      if (!initial && !this.#heardBookmark) this.#expectsBookmarks = false;
      bark(ms);
    });
  }

  /** Something came. */
  heard(bookmark: boolean): void {
    if (bookmark) this.#heardBookmark = this.#expectsBookmarks = true;
  }

  rest(): void {
    this.#timer?.cancel();
  }
}
