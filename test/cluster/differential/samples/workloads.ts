import { claimSpec, once, podSpec, template } from './pod-spec.ts';
import { named, plainSelector, type Sample, selector } from './sample.ts';

export const WORKLOAD_SAMPLES: readonly Sample[] = [
  named('apps/v1', 'deployments', 'Deployment', {
    spec: {
      replicas: 2,
      selector,
      template: template(podSpec),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '10%' } },
      minReadySeconds: 5,
      progressDeadlineSeconds: 100,
    },
  }),
  named('apps/v1', 'statefulsets', 'StatefulSet', {
    spec: {
      replicas: 2,
      serviceName: 'svc',
      selector: plainSelector,
      template: template(podSpec),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
      podManagementPolicy: 'Parallel',
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec }],
    },
  }),
  named('apps/v1', 'daemonsets', 'DaemonSet', {
    spec: {
      selector: plainSelector,
      template: template(podSpec),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
      minReadySeconds: 2,
    },
  }),
  named('apps/v1', 'replicasets', 'ReplicaSet', { spec: { replicas: 1, selector: plainSelector, template: template(podSpec) } }),
  named('batch/v1', 'jobs', 'Job', {
    spec: {
      completions: 3,
      parallelism: 2,
      backoffLimit: 2,
      activeDeadlineSeconds: 60,
      ttlSecondsAfterFinished: 5,
      completionMode: 'Indexed',
      template: template(once),
    },
  }),
  named('batch/v1', 'cronjobs', 'CronJob', {
    spec: {
      schedule: '*/5 * * * *',
      timeZone: 'Europe/Berlin',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 10,
      successfulJobsHistoryLimit: 1,
      jobTemplate: { spec: { template: template(once), backoffLimit: 1 } },
    },
  }),
  named('autoscaling/v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' },
      minReplicas: 2,
      maxReplicas: 5,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
        { type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '10' } } },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 10, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } },
    },
  }),
  named(
    'autoscaling/v1',
    'horizontalpodautoscalers',
    'HorizontalPodAutoscaler',
    {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' },
        minReplicas: 1,
        maxReplicas: 4,
        targetCPUUtilizationPercentage: 70,
      },
    },
    'other-sample',
  ),
  named('policy/v1', 'poddisruptionbudgets', 'PodDisruptionBudget', {
    spec: { minAvailable: '50%', selector, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
  }),
  named('apps/v1', 'controllerrevisions', 'ControllerRevision', { data: { spec: { a: 1 } }, revision: 2 }),
];
