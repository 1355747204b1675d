/** The difference of two structs as some refusals quote it: a unified diff of their internal JSON, without a heading. */
import type { JsonObject } from '@caretaker/kube';
import { printInternal } from './internal-json.ts';
import { matchingRuns } from './sequence-matcher.ts';

const CONTEXT = 3;

type Edit = readonly [' ' | '-' | '+', string];

/** Between two runs of equal lines, what went comes before what came. */
function edits(before: readonly string[], after: readonly string[]): Edit[] {
  const out: Edit[] = [];
  let [i, j] = [0, 0];
  for (const run of [...matchingRuns(before, after), { a: before.length, b: after.length, size: 0 }]) {
    for (; i < run.a; i++) out.push(['-', before[i] ?? '']);
    for (; j < run.b; j++) out.push(['+', after[j] ?? '']);
    for (let k = 0; k < run.size; k++, i++, j++) out.push([' ', before[i] ?? '']);
  }
  return out;
}

/** Lines of a hunk: the first and how many, when that is not one. */
function range(linesBefore: number, count: number): string {
  if (count === 1) return `${linesBefore + 1}`;
  return `${count === 0 ? linesBefore : linesBefore + 1},${count}`;
}

function unified(before: readonly string[], after: readonly string[]): string {
  const all = edits(before, after);
  const changed = all.flatMap(([mark], i) => (mark === ' ' ? [] : [i]));
  let out = '';
  let at = 0;
  while (at < changed.length) {
    const first = changed[at] ?? 0;
    let last = first;
    while (at + 1 < changed.length && (changed[at + 1] ?? 0) - last <= 2 * CONTEXT + 1) last = changed[++at] ?? 0;
    at++;
    const start = Math.max(0, first - CONTEXT);
    const hunk = all.slice(start, last + CONTEXT + 1);
    const head = all.slice(0, start);
    const count = (edits: readonly Edit[], other: '+' | '-'): number => edits.filter(([mark]) => mark !== other).length;
    out += `@@ -${range(count(head, '+'), count(hunk, '+'))} +${range(count(head, '-'), count(hunk, '-'))} @@\n`;
    out += hunk.map(([mark, line]) => `${mark}${line}\n`).join('');
  }
  return out;
}

const lines = (type: string, value: JsonObject, asGiven: boolean): string[] =>
  JSON.stringify(printInternal(type, value, asGiven), null, 1).split('\n');

/** `before`, which comes from storage, and `after` are versioned values of the internal struct `type`. */
export function specDifference(type: string, before: JsonObject, after: JsonObject): string {
  return unified(lines(type, before, false), lines(type, after, true));
}
