import type { KubeObject } from '@caretaker/kube';
import { annotationsOf } from '../machinery/objects.ts';

export const INDEX = 'batch.kubernetes.io/job-completion-index';

export function indexOf(pod: KubeObject): number | undefined {
  const index = Number.parseInt(annotationsOf(pod)[INDEX] ?? '', 10);
  return Number.isNaN(index) ? undefined : index;
}

/** `1,3-5` -> the numbers in it. */
export function parseIndexes(text: string): Set<number> {
  const result = new Set<number>();
  for (const part of text.split(',').filter((piece) => piece !== '')) {
    const [first = '0', last = first] = part.split('-');
    for (let index = Number(first); index <= Number(last); index += 1) result.add(index);
  }
  return result;
}

/** Numbers as ranges: `1,3-5`. */
export function renderIndexes(indexes: ReadonlySet<number>): string {
  const sorted = [...indexes].sort((left, right) => left - right);
  const ranges: [number, number][] = [];
  for (const index of sorted) {
    const last = ranges.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}${last === first + 1 ? ',' : '-'}${last}`)).join(',');
}
