import type { KubeObject } from '@caretaker/kube';
import type { TableColumn } from '../server/contract.ts';
import { AGE, column, NAME } from './column.ts';
import { at, list, number, text } from './read-value.ts';

const field = (name: string, path: string, missing = ''): TableColumn => column(name, (object) => text(object, path, missing));

/** A number of a priority level; `<none>` where it has no such limit. */
const limit = (name: string, path: string): TableColumn =>
  column(name, (object) => {
    const value = at(object, `spec.limited.${path}`);
    return typeof value === 'number' ? value : '<none>';
  });

/** Kinds of flow control, of resource allocation, and the scale of anything. */
export const SYSTEM_COLUMNS: Readonly<Record<string, readonly TableColumn[]>> = {
  'autoscaling/scales': [
    { ...NAME, format: '' },
    column('Desired', (scale) => number(scale, 'spec.replicas'), 'integer'),
    column('Available', (scale) => number(scale, 'status.replicas'), 'integer'),
    AGE,
  ],
  'flowcontrol.apiserver.k8s.io/flowschemas': [
    NAME,
    field('PriorityLevel', 'spec.priorityLevelConfiguration.name'),
    column('MatchingPrecedence', (object) => number(object, 'spec.matchingPrecedence')),
    field('DistinguisherMethod', 'spec.distinguisherMethod.type', '<none>'),
    AGE,
    column('MissingPL', (object) => {
      const dangling = list(object, 'status.conditions').find((condition) => condition['type'] === 'Dangling');
      return text(dangling, 'status', '?');
    }),
  ],
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations': [
    NAME,
    field('Type', 'spec.type'),
    limit('NominalConcurrencyShares', 'nominalConcurrencyShares'),
    limit('Queues', 'limitResponse.queuing.queues'),
    limit('HandSize', 'limitResponse.queuing.handSize'),
    limit('QueueLengthLimit', 'limitResponse.queuing.queueLengthLimit'),
    AGE,
  ],
  'resource.k8s.io/deviceclasses': [NAME, AGE],
  'resource.k8s.io/resourceclaimtemplates': [NAME, AGE],
  'resource.k8s.io/resourceclaims': [NAME, column('State', claimState), AGE],
  'resource.k8s.io/resourceslices': [
    NAME,
    field('Node', 'spec.nodeName'),
    field('Driver', 'spec.driver'),
    field('Pool', 'spec.pool.name'),
    AGE,
  ],
};

function claimState(claim: KubeObject): string {
  const deleted = claim.metadata.deletionTimestamp !== undefined;
  const allocated = at(claim, 'status.allocation') !== undefined;
  const states = [
    deleted ? 'deleted' : '',
    allocated ? 'allocated' : deleted ? '' : 'pending',
    allocated && list(claim, 'status.reservedFor').length > 0 ? 'reserved' : '',
  ];
  return states.filter((state) => state !== '').join(',');
}
