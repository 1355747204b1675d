/** What the operator writes on children so that it knows them again. Names are contract (DESIGN §8, ancestor §0.3). */
import type { Marks, Owner } from '@caretaker/engine';
import { annotations, labels } from '../api/names.ts';

const pair = ({ name, namespace }: Owner): Record<string, string> => ({ [labels.tenant]: name, [labels.tenantNamespace]: namespace ?? '' });

export const marks: Marks = {
  labels: pair,
  podLabels: pair,
  ownerReferences: true,
  appliedHash: 'kubernetes-tenants.org/applied-hash',
  deletionPolicy: 'kubernetes-tenants.org/deletion-policy',
  createdOnce: 'kubernetes-tenants.org/created-once',
  orphaned: {
    label: 'kubernetes-tenants.org/orphaned',
    at: 'kubernetes-tenants.org/orphaned-at',
    reason: 'kubernetes-tenants.org/orphaned-reason',
  },
  paused: annotations.pause,
};
