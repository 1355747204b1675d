import type { Clock, Timer } from '../types/clock.ts';

/**
 * A kube-apiserver sends bookmarks about once a minute, but only for kinds of which it has seen an event or progress since its own start, and on a new
 * watch the first may take two minutes. Where they come, two missed ones are silence; where they do not, they are not waited for.
 */
const silenceMs = 120_000;
const firstSilenceMs = 150_000;
/** Initial events come without pauses; a server that pauses this long does not know about them. */
const initialSilenceMs = 30_000;
/** How long after its own time limit a watch that gets no bookmarks is given up. */
const graceMs = 30_000;

/** Notices when a watch has gone silent, by what the kind's watches were like so far. */
export class SilenceWatchdog {
  readonly #clock: Clock;
  #timer: Timer | undefined;
  /** Whether watches of this kind get bookmarks, as far as is known: hoped for at first, given up after silence. */
  #expected = true;
  #heardHere = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts from now; `bark` is called with the milliseconds of silence. */
  watch(initial: boolean, timeoutSeconds: number, bark: (ms: number) => void): void {
    this.#timer?.cancel();
    const ms = initial ? initialSilenceMs : this.#limit(timeoutSeconds);
    this.#timer = this.#clock.after(ms, () => {
      if (!initial) this.#expected = false;
      bark(ms);
    });
  }

  /** A bookmark came, other than the one that ends the initial events. */
  heardBookmark(): void {
    this.#expected = this.#heardHere = true;
  }

  /** The watch has ended; the next one starts afresh. */
  rest(): void {
    this.#timer?.cancel();
    this.#heardHere = false;
  }

  #limit(timeoutSeconds: number): number {
    if (this.#heardHere) return silenceMs;
    return this.#expected ? firstSilenceMs : timeoutSeconds * 1000 + graceMs;
  }
}
