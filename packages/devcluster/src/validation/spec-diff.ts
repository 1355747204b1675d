/** The difference of two structs as some refusals quote it: a unified diff of their internal JSON, without a heading. */
import type { JsonObject } from '@caretaker/kube';
import { printInternal } from './internal-json.ts';

const CONTEXT = 3;

type Edit = readonly [' ' | '-' | '+', string];

/** Longest common subsequence, from the end; the lines are few hundred at most. */
function edits(before: readonly string[], after: readonly string[]): Edit[] {
  const width = after.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        before[i] === after[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
    }
  }
  const out: Edit[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      out.push([' ', before[i] ?? '']);
      i++;
      j++;
    } else if (j >= after.length || (i < before.length && (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))) {
      out.push(['-', before[i] ?? '']);
      i++;
    } else {
      out.push(['+', after[j] ?? '']);
      j++;
    }
  }
  return out;
}

function unified(before: readonly string[], after: readonly string[]): string {
  const all = edits(before, after);
  const changed = all.flatMap(([mark], i) => (mark === ' ' ? [] : [i]));
  let out = '';
  let at = 0;
  while (at < changed.length) {
    const first = changed[at] ?? 0;
    let last = first;
    while (at + 1 < changed.length && (changed[at + 1] ?? 0) - last <= 2 * CONTEXT) last = changed[++at] ?? 0;
    at++;
    const start = Math.max(0, first - CONTEXT);
    const hunk = all.slice(start, last + CONTEXT + 1);
    const head = all.slice(0, start);
    const lineBefore = head.filter(([mark]) => mark !== '+').length + 1;
    const lineAfter = head.filter(([mark]) => mark !== '-').length + 1;
    const countBefore = hunk.filter(([mark]) => mark !== '+').length;
    const countAfter = hunk.filter(([mark]) => mark !== '-').length;
    out += `@@ -${lineBefore},${countBefore} +${lineAfter},${countAfter} @@\n${hunk.map(([mark, line]) => `${mark}${line}\n`).join('')}`;
  }
  return out;
}

const lines = (type: string, value: JsonObject): string[] => JSON.stringify(printInternal(type, value), null, 1).split('\n');

/** `before` and `after` are versioned values of the internal struct `type`. */
export function specDifference(type: string, before: JsonObject, after: JsonObject): string {
  return unified(lines(type, before), lines(type, after));
}
