import type { JsonObject } from '@caretaker/kube';
import { carryEmpties, givenEmpty } from '../decode/given-empty.ts';
import { METRICS } from '../schema/convert-autoscaler.ts';
import { child, fill, fillZero, hasItems, isObject, items, member } from './fill.ts';
import type { DefaulterTable } from './plan.ts';

function deployment(object: JsonObject): void {
  const spec = child(object, 'spec');
  fill(spec, 'replicas', 1);
  const strategy = child(spec, 'strategy');
  fillZero(strategy, 'type', 'RollingUpdate');
  if (strategy['type'] === 'RollingUpdate') {
    const rolling = child(strategy, 'rollingUpdate');
    fill(rolling, 'maxUnavailable', '25%');
    fill(rolling, 'maxSurge', '25%');
  }
  fill(spec, 'revisionHistoryLimit', 10);
  fill(spec, 'progressDeadlineSeconds', 600);
}

function daemonSet(object: JsonObject): void {
  const spec = child(object, 'spec');
  const strategy = child(spec, 'updateStrategy');
  fillZero(strategy, 'type', 'RollingUpdate');
  if (strategy['type'] === 'RollingUpdate') {
    const rolling = child(strategy, 'rollingUpdate');
    fill(rolling, 'maxUnavailable', 1);
    fill(rolling, 'maxSurge', 0);
  }
  fill(spec, 'revisionHistoryLimit', 10);
}

function statefulSet(object: JsonObject): void {
  const spec = child(object, 'spec');
  fillZero(spec, 'podManagementPolicy', 'OrderedReady');
  const strategy = child(spec, 'updateStrategy');
  if (strategy['type'] === undefined || strategy['type'] === '') {
    strategy['type'] = 'RollingUpdate';
    child(strategy, 'rollingUpdate');
  }
  const rolling = member(strategy, 'rollingUpdate');
  if (strategy['type'] === 'RollingUpdate' && rolling !== undefined) {
    fill(rolling, 'partition', 0);
  }
  const retention = child(spec, 'persistentVolumeClaimRetentionPolicy');
  fillZero(retention, 'whenDeleted', 'Retain');
  fillZero(retention, 'whenScaled', 'Retain');
  fill(spec, 'replicas', 1);
  fill(spec, 'revisionHistoryLimit', 10);
  for (const claim of items(spec, 'volumeClaimTemplates')) {
    // the server writes a claim template as a whole object
    claim['apiVersion'] = 'v1';
    claim['kind'] = 'PersistentVolumeClaim';
  }
}

function job(object: JsonObject): void {
  const spec = child(object, 'spec');
  const absent = (name: string): boolean => spec[name] === undefined || spec[name] === null;
  if (absent('completions') && absent('parallelism')) spec['completions'] = 1;
  fill(spec, 'parallelism', 1);
  fill(spec, 'backoffLimit', absent('backoffLimitPerIndex') ? 6 : 2147483647);
  const labels = member(member(member(spec, 'template'), 'metadata'), 'labels');
  const metadata = child(object, 'metadata');
  if (labels !== undefined && !hasItems(metadata, 'labels')) metadata['labels'] = labels;
  fill(spec, 'completionMode', 'NonIndexed');
  fill(spec, 'suspend', false);
  fill(spec, 'podReplacementPolicy', absent('podFailurePolicy') ? 'TerminatingOrFailed' : 'Failed');
  fill(spec, 'manualSelector', false);
}

function cronJob(object: JsonObject): void {
  const spec = child(object, 'spec');
  fillZero(spec, 'concurrencyPolicy', 'Allow');
  fill(spec, 'suspend', false);
  fill(spec, 'successfulJobsHistoryLimit', 3);
  fill(spec, 'failedJobsHistoryLimit', 1);
}

const SCALE_UP = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};

const SCALE_DOWN = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] };

function autoscaler(object: JsonObject): void {
  const spec = child(object, 'spec');
  fill(spec, 'minReplicas', 1);
  if (!hasItems(spec, 'metrics'))
    spec['metrics'] = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];
  const behavior = spec['behavior'];
  if (!isObject(behavior)) return;
  for (const [name, rules] of [
    ['scaleUp', SCALE_UP],
    ['scaleDown', SCALE_DOWN],
  ] as const) {
    const own = member(behavior, name);
    const filled = carryEmpties<JsonObject>(own ?? {}, { ...structuredClone(rules), ...own });
    // policies that were given are kept, also when there are none
    if (givenEmpty(own, 'policies') !== undefined) delete filled['policies'];
    behavior[name] = filled;
  }
}

export const WORKLOAD_DEFAULTS: DefaulterTable = {
  'apps/v1.Deployment': deployment,
  'apps/v1.DaemonSet': daemonSet,
  'apps/v1.StatefulSet': statefulSet,
  'apps/v1.ReplicaSet': (object) => fill(child(object, 'spec'), 'replicas', 1),
  'batch/v1.Job': job,
  'batch/v1.CronJob': cronJob,
  'batch/v1.PodFailurePolicyOnPodConditionsPattern': (object) => fillZero(object, 'status', 'True'),
  'autoscaling/v2.HorizontalPodAutoscaler': autoscaler,
  'autoscaling/v1.HorizontalPodAutoscaler': (object) => {
    const spec = child(object, 'spec');
    fill(spec, 'minReplicas', 1);
    // metrics of other kinds travel in the annotation
    if (member(child(object, 'metadata'), 'annotations')?.[METRICS] === undefined) fill(spec, 'targetCPUUtilizationPercentage', 80);
  },
};
