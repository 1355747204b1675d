/** Lists of indexes of Jobs, such as `1,3-5,7`. */

/** A list that does not hold, with the reason in the server's words. */
export interface IndexesProblem {
  readonly problem: string;
}

const INTEGER = /^[+-]?\d+$/;

function indexOf(text: string, completions: number): number | IndexesProblem {
  if (!INTEGER.test(text)) return { problem: `cannot convert string to integer for index: ${JSON.stringify(text)}` };
  const value = Number(text);
  return value >= completions ? { problem: `too large index: ${JSON.stringify(text)}` } : value;
}

const notIncreasing = (previous: number, current: number): IndexesProblem => ({
  problem: `non-increasing order, previous: ${previous}, current: ${current}`,
});

function intervalOf(text: string, completions: number): readonly [number, number] | IndexesProblem {
  const limits = text.split('-');
  if (limits.length > 2) {
    const words = "violates the requirement that an index interval can have at most two parts separated by '-'";
    return { problem: `the fragment ${JSON.stringify(text)} ${words}` };
  }
  const first = indexOf(limits[0] ?? '', completions);
  if (typeof first !== 'number') return first;
  if (limits.length === 1) return [first, first];
  const last = indexOf(limits[1] ?? '', completions);
  if (typeof last !== 'number') return last;
  return first >= last ? notIncreasing(first, last) : [first, last];
}

/** The intervals of a list of indexes below `completions`, or what is wrong with it. */
export function parseIndexes(text: string, completions: number): readonly (readonly [number, number])[] | IndexesProblem {
  const intervals: (readonly [number, number])[] = [];
  if (text === '') return intervals;
  for (const part of text.split(',')) {
    const interval = intervalOf(part, completions);
    if ('problem' in interval) return interval;
    const before = intervals.at(-1);
    if (before !== undefined && before[1] >= interval[0]) return notIncreasing(before[1], interval[0]);
    intervals.push(interval);
  }
  return intervals;
}

export const countIndexes = (intervals: readonly (readonly [number, number])[]): number =>
  intervals.reduce((sum, [first, last]) => sum + last - first + 1, 0);
