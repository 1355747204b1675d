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

/** Labels whose value says which owner it is; those that are the same for every owner only say which operator. */
export function distinguishingLabels(marks: Marks, owner: Owner): [string, string][] {
  const common = marks.labels(anybody);
  return Object.entries(marks.labels(owner)).filter(([name, value]) => common[name] !== value);
}
