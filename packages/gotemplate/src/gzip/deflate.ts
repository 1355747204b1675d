import { BitWriter } from './bit-writer.ts';
import type { Token } from './block.ts';
import { writeBlock, writeStoredHead } from './block.ts';

const WINDOW = 1 << 15;
const MIN_MATCH = 4;
const MAX_MATCH = 258;
const BLOCK_TOKENS = 1 << 14;
const HASH_BITS = 17;

/** Go's level 6: a match of this length is not bettered, of that length ends the search; places tried. */
const LAZY = 16;
const NICE = 128;
const TRIES = 128;

interface Match {
  readonly length: number;
  readonly distance: number;
}

const NO_MATCH: Match = { length: MIN_MATCH - 1, distance: 0 };

/**
 * Deflate (RFC 1951) as Go's compress/flate does it at its default level: it looks for matches at each place by hash chains, and
 * emits one only if the next place has none better. Which matches are found depends on the buffer of two windows that Go reads
 * through; `#base` is where that buffer would begin.
 */
class Deflater {
  readonly #data: Uint8Array;
  readonly #out = new BitWriter();
  /** The latest place of each hash, and for each place the one before it with the same hash: plus 1, 0 for none. */
  readonly #head = new Uint32Array(1 << HASH_BITS);
  readonly #previous = new Uint32Array(WINDOW);
  #tokens: Token[] = [];
  #base = 0;
  #end = 0;
  #index = 0;
  #blockStart = 0;
  #chain = 0;
  #match = NO_MATCH;
  /** The byte before the index waits to be a literal. */
  #pending = false;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  run(): Uint8Array {
    while (this.#end < this.#data.length) {
      this.#step(false);
      if (this.#index - this.#base >= 2 * WINDOW - (MIN_MATCH + MAX_MATCH)) this.#base += WINDOW;
      this.#end = Math.min(this.#data.length, this.#base + 2 * WINDOW);
    }
    this.#step(true);
    writeStoredHead(this.#out, 0, true);
    return this.#out.finish();
  }

  /** Everything up to the end of the buffer, of which the last bytes wait for more unless all is there. */
  #step(flush: boolean): void {
    const insertEnd = this.#end - (MIN_MATCH - 1);
    while (this.#end - this.#index > (flush ? 0 : MIN_MATCH + MAX_MATCH - 1)) {
      if (this.#index < insertEnd) this.#chain = this.#insert(this.#index);
      const before = this.#match;
      this.#match = this.#better(before);
      if (before.length >= MIN_MATCH && this.#match.length <= before.length) this.#takeMatch(before, insertEnd);
      else this.#passByte();
    }
    if (!flush) return;
    if (this.#pending) this.#tokens.push(this.#data[this.#index - 1] ?? 0);
    if (this.#tokens.length > 0) this.#endBlock(this.#index);
  }

  #takeMatch(match: Match, insertEnd: number): void {
    this.#tokens.push(match);
    const next = this.#index + match.length - 1;
    for (this.#index++; this.#index < next; this.#index++) if (this.#index < insertEnd) this.#insert(this.#index);
    this.#pending = false;
    this.#match = NO_MATCH;
    if (this.#tokens.length === BLOCK_TOKENS) this.#endBlock(this.#index);
  }

  #passByte(): void {
    if (this.#pending) {
      this.#tokens.push(this.#data[this.#index - 1] ?? 0);
      if (this.#tokens.length === BLOCK_TOKENS) this.#endBlock(this.#index);
    }
    this.#index++;
    this.#pending = true;
  }

  #endBlock(end: number): void {
    // What has left the buffer cannot be stored.
    const input = this.#blockStart < this.#base ? undefined : this.#data.subarray(this.#blockStart, end);
    writeBlock(this.#out, this.#tokens, input);
    this.#blockStart = end;
    this.#tokens = [];
  }

  /** Puts a place into its chain; gives the one before it, plus 1. */
  #insert(at: number): number {
    const d = this.#data;
    const four = ((d[at] ?? 0) << 24) | ((d[at + 1] ?? 0) << 16) | ((d[at + 2] ?? 0) << 8) | (d[at + 3] ?? 0);
    const hash = Math.imul(four, 0x1e35a7bd) >>> (32 - HASH_BITS);
    const previous = this.#head[hash] ?? 0;
    this.#previous[at % WINDOW] = previous;
    this.#head[hash] = at + 1;
    return previous;
  }

  /** A match at the index, when that before it leaves room for a better one. */
  #better(before: Match): Match {
    const lookahead = this.#end - this.#index;
    const first = this.#chain - 1;
    const reachable = first >= Math.max(this.#base, this.#index - WINDOW);
    return reachable && lookahead > before.length && before.length < LAZY ? this.#find(first, lookahead) : NO_MATCH;
  }

  #find(first: number, lookahead: number): Match {
    const pos = this.#index;
    const most = Math.min(MAX_MATCH, lookahead);
    const nice = Math.min(NICE, most);
    const oldest = pos - WINDOW;
    let best = NO_MATCH;
    let at = first;
    for (let tries = TRIES; tries > 0; tries--) {
      if (this.#data[at + best.length] === this.#data[pos + best.length]) {
        const length = this.#commonLength(at, pos, most);
        if (length > best.length && (length > MIN_MATCH || pos - at <= 4096)) {
          best = { length, distance: pos - at };
          if (length >= nice) break;
        }
      }
      // The place's own link is overwritten by now.
      if (at === oldest) break;
      at = (this.#previous[at % WINDOW] ?? 0) - 1;
      if (at < oldest || at < this.#base) break;
    }
    return best;
  }

  #commonLength(a: number, b: number, most: number): number {
    let n = 0;
    while (n < most && this.#data[a + n] === this.#data[b + n]) n++;
    return n;
  }
}

/** Packs bytes to the very bytes that Go's compress/flate gives at its default level. */
export function deflate(data: Uint8Array): Uint8Array {
  return new Deflater(data).run();
}
