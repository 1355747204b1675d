/**
 * Where two texts agree, as difflib finds it: the longest run of equal lines, and the same again on both sides of it. In long texts, lines that are
 * everywhere (such as a lone bracket) do not start a run.
 */

/** `size` lines are equal from line `a` of the first text and line `b` of the second on. */
export interface Match {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

const LONG_TEXT = 200;

class Matcher {
  readonly #a: readonly string[];
  readonly #b: readonly string[];
  readonly #places = new Map<string, number[]>();

  constructor(a: readonly string[], b: readonly string[]) {
    this.#a = a;
    this.#b = b;
    for (const [j, line] of b.entries()) {
      const places = this.#places.get(line);
      if (places === undefined) this.#places.set(line, [j]);
      else places.push(j);
    }
    if (b.length < LONG_TEXT) return;
    const most = Math.floor(b.length / 100) + 1;
    for (const [line, places] of [...this.#places]) if (places.length > most) this.#places.delete(line);
  }

  /** The first of the longest runs of [aLow, aHigh) and [bLow, bHigh). */
  #longest(aLow: number, aHigh: number, bLow: number, bHigh: number): Match {
    let best: Match = { a: aLow, b: bLow, size: 0 };
    let lengths = new Map<number, number>();
    for (let i = aLow; i < aHigh; i++) {
      const next = new Map<number, number>();
      for (const j of this.#places.get(this.#a[i] ?? '') ?? []) {
        if (j < bLow) continue;
        if (j >= bHigh) break;
        const size = (lengths.get(j - 1) ?? 0) + 1;
        next.set(j, size);
        if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
      }
      lengths = next;
    }
    return this.#extended(best, aLow, aHigh, bLow, bHigh);
  }

  /** With the lines around it that are equal too but start no run. */
  #extended({ a, b, size }: Match, aLow: number, aHigh: number, bLow: number, bHigh: number): Match {
    let [first, other, length] = [a, b, size];
    while (first > aLow && other > bLow && this.#a[first - 1] === this.#b[other - 1]) {
      first--;
      other--;
      length++;
    }
    while (first + length < aHigh && other + length < bHigh && this.#a[first + length] === this.#b[other + length]) length++;
    return { a: first, b: other, size: length };
  }

  matches(aLow = 0, aHigh = this.#a.length, bLow = 0, bHigh = this.#b.length): Match[] {
    const found = this.#longest(aLow, aHigh, bLow, bHigh);
    if (found.size === 0) return [];
    const before = aLow < found.a && bLow < found.b ? this.matches(aLow, found.a, bLow, found.b) : [];
    const [aEnd, bEnd] = [found.a + found.size, found.b + found.size];
    const after = aEnd < aHigh && bEnd < bHigh ? this.matches(aEnd, aHigh, bEnd, bHigh) : [];
    return [...before, found, ...after];
  }
}

/** The runs of equal lines, in order; runs that touch are one. */
export function matchingRuns(a: readonly string[], b: readonly string[]): Match[] {
  const runs: Match[] = [];
  for (const match of new Matcher(a, b).matches()) {
    const last = runs.at(-1);
    if (last !== undefined && last.a + last.size === match.a && last.b + last.size === match.b)
      runs[runs.length - 1] = { ...last, size: last.size + match.size };
    else runs.push(match);
  }
  return runs;
}
