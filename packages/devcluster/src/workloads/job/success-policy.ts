import type { KubeObject } from '@caretaker/kube';
import { integer, items, text } from '../machinery/read.ts';
import { parseIndexes } from './indexes.ts';

/** The rule of a Job's successPolicy that its succeeded indexes meet, in words; undefined when none does. */
export function metSuccessRule(job: KubeObject, succeeded: ReadonlySet<number>): string | undefined {
  if (succeeded.size === 0) return undefined;
  const rule = items(job, 'spec', 'successPolicy', 'rules').findIndex((one) => {
    const count = integer(one, 'succeededCount');
    const named = text(one, 'succeededIndexes');
    if (named === '') return count !== undefined && succeeded.size >= count;
    const wanted = parseIndexes(named);
    const met = [...wanted].filter((index) => succeeded.has(index)).length;
    return wanted.size > 0 && (met === wanted.size || (count !== undefined && met >= count));
  });
  return rule < 0 ? undefined : `Matched rules at index ${rule}`;
}
