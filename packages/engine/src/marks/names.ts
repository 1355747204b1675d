import type { Owner } from '../types/bundle.ts';
import type { Marks } from '../types/marks.ts';

const anybody: Owner = { key: '', apiVersion: '', kind: '', name: '', uid: '' };

/** Label names that say whose an object is; the same for every owner. */
export function ownerLabelNames(marks: Marks): string[] {
  return Object.keys(marks.labels(anybody));
}

export function podLabelNames(marks: Marks): string[] {
  return marks.podLabels ? Object.keys(marks.podLabels(anybody)) : [];
}
