import type { KubeObject } from '@caretaker/kube';
import type { TableColumn } from '../server/contract.ts';
import { AGE, column, NAME, selectorColumn, templateColumns, wide } from './column.ts';
import { humanDuration } from './human-duration.ts';
import { at, hasCondition, list, number, selectorText, since, text } from './read-value.ts';

/** `2/3` */
const ratio = (ready: string, wanted: string) => (object: KubeObject) => `${number(object, ready)}/${number(object, wanted)}`;
const count = (path: string) => (object: KubeObject) => number(object, path);

export const WORKLOAD_COLUMNS: Readonly<Record<string, readonly TableColumn[]>> = {
  'apps/deployments': [
    NAME,
    column('Ready', ratio('status.readyReplicas', 'spec.replicas')),
    column('Up-to-date', count('status.updatedReplicas')),
    column('Available', count('status.availableReplicas')),
    AGE,
    ...templateColumns('spec.template.spec'),
    wide('Selector', (object) => ((at(object, 'spec.selector') ?? null) === null ? '' : selectorText(at(object, 'spec.selector')))),
  ],
  'apps/replicasets': replicaColumns(),
  '/replicationcontrollers': replicaColumns(),
  'apps/statefulsets': [
    NAME,
    column('Ready', ratio('status.readyReplicas', 'spec.replicas')),
    AGE,
    ...templateColumns('spec.template.spec'),
  ],
  'apps/daemonsets': [
    NAME,
    column('Desired', count('status.desiredNumberScheduled'), 'integer'),
    column('Current', count('status.currentNumberScheduled'), 'integer'),
    column('Ready', count('status.numberReady'), 'integer'),
    column('Up-to-date', count('status.updatedNumberScheduled'), 'integer'),
    column('Available', count('status.numberAvailable'), 'integer'),
    column('Node Selector', (object) => selectorText(at(object, 'spec.template.spec.nodeSelector'))),
    AGE,
    ...templateColumns('spec.template.spec'),
    selectorColumn(),
  ],
  'apps/controllerrevisions': [NAME, column('Controller', controllerOf), column('Revision', count('revision')), AGE],
  'batch/jobs': [
    NAME,
    column('Status', jobStatus),
    column('Completions', jobCompletions),
    column('Duration', jobDuration),
    AGE,
    ...templateColumns('spec.template.spec'),
    selectorColumn(),
  ],
  'batch/cronjobs': [
    NAME,
    column('Schedule', (object) => text(object, 'spec.schedule')),
    column('Timezone', (object) => text(object, 'spec.timeZone', '<none>')),
    column(
      'Suspend',
      (object) => (at(object, 'spec.suspend') === true ? 'True' : at(object, 'spec.suspend') === false ? 'False' : '<unset>'),
      'boolean',
    ),
    column('Active', (object) => list(object, 'status.active').length, 'integer'),
    column('Last Schedule', (object, now) =>
      text(object, 'status.lastScheduleTime') === '' ? '<none>' : since(at(object, 'status.lastScheduleTime'), now),
    ),
    AGE,
    ...templateColumns('spec.jobTemplate.spec.template.spec'),
    selectorColumn('spec.jobTemplate.spec.selector'),
  ],
};

function replicaColumns(): TableColumn[] {
  return [
    NAME,
    column('Desired', count('spec.replicas'), 'integer'),
    column('Current', count('status.replicas'), 'integer'),
    column('Ready', count('status.readyReplicas'), 'integer'),
    AGE,
    ...templateColumns('spec.template.spec'),
    selectorColumn(),
  ];
}

function controllerOf(object: KubeObject): string {
  const owner = object.metadata.ownerReferences?.find((reference) => reference.controller === true);
  if (owner === undefined) return '<none>';
  const group = owner.apiVersion.includes('/') ? owner.apiVersion.split('/')[0] : '';
  return `${owner.kind.toLowerCase()}${group ? `.${group}` : ''}/${owner.name}`;
}

function jobStatus(object: KubeObject): string {
  if (hasCondition(object, 'Complete')) return 'Complete';
  if (hasCondition(object, 'Failed')) return 'Failed';
  if (object.metadata.deletionTimestamp !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find((type) => hasCondition(object, type)) ?? 'Running';
}

function jobCompletions(object: KubeObject): string {
  const succeeded = number(object, 'status.succeeded');
  const completions = at(object, 'spec.completions');
  if (typeof completions === 'number') return `${succeeded}/${completions}`;
  const parallelism = number(object, 'spec.parallelism');
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration(object: KubeObject, now: number): string {
  const start = text(object, 'status.startTime');
  if (start === '') return '';
  const end = text(object, 'status.completionTime');
  return humanDuration((end === '' ? now : Date.parse(end)) - Date.parse(start));
}
