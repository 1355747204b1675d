import type { Clock, Timer } from '../types/clock.ts';

/**
 * A kube-apiserver sends bookmarks about once a minute, but only for kinds of which it has seen an event or progress since its own start:
 * where they come, two missed ones are silence; where they do not, they are not waited for.
 */
const silenceMs = { yes: 120_000, unknown: 150_000 };
/** Initial events come without pauses; a server that pauses this long does not know about them. */
const initialSilenceMs = 30_000;
/** How long after its own time limit a watch that gets no bookmarks is given up. */
const graceMs = 30_000;

/** Notices when a watch has gone silent, by what the kind's watches were like so far. */
export class SilenceWatchdog {
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #bookmarks: 'yes' | 'no' | 'unknown' = 'unknown';

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts from now; `bark` is called with the milliseconds of silence. */
  watch(initial: boolean, timeoutSeconds: number, bark: (ms: number) => void): void {
    this.#timer?.cancel();
    const ms = initial ? initialSilenceMs : this.#bookmarks === 'no' ? timeoutSeconds * 1000 + graceMs : silenceMs[this.#bookmarks];
    this.#timer = this.#clock.after(ms, () => {
      if (!initial) this.#bookmarks = 'no';
      bark(ms);
    });
  }

  /** A bookmark came, other than the one that ends the initial events. */
  heardBookmark(): void {
    this.#bookmarks = 'yes';
  }

  rest(): void {
    this.#timer?.cancel();
  }
}
