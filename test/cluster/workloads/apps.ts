import type { JsonObject } from '../differential/shapes.ts';
import type { Script } from './script.ts';
import { daemonSet, deployment, nameOf, pod, statefulSet, status, template } from './script.ts';

const rolledOut = (replicas: number) => (seen: JsonObject) => {
  const { updatedReplicas, availableReplicas, replicas: total, observedGeneration } = status(seen);
  const generation = (seen['metadata'] as JsonObject)['generation'];
  return updatedReplicas === replicas && availableReplicas === replicas && total === replicas && observedGeneration === generation;
};

const image = (name: string): JsonObject => ({ spec: { template: { spec: { containers: [{ name: 'main', image: name }] } } } });

export const APPS: readonly Script[] = [
  {
    name: 'deployment: rollout, new image, scale, back to the old template',
    run: async (session) => {
      const seen: unknown[] = [];
      const see = async () => seen.push(await session.see('deployments', 'replicasets', 'pods'));
      await session.create('deployments', deployment('web', { replicas: 3 }));
      await session.until('deployments/web', rolledOut(3));
      await see();
      await session.patch('deployments/web', {
        metadata: { annotations: { 'kubernetes.io/change-cause': 'image 2' } },
        ...image('nginx:2'),
      });
      await session.until('deployments/web', rolledOut(3));
      await see();
      await session.patch('deployments/web/scale', { spec: { replicas: 5 } });
      await session.until('deployments/web', rolledOut(5));
      await session.patch('deployments/web', image('nginx:1'));
      await session.until('deployments/web', rolledOut(5));
      await see();
      return seen;
    },
  },
  {
    name: 'deployment: events of a rollout of one',
    run: async (session) => {
      await session.create('deployments', deployment('one'));
      await session.until('deployments/one', rolledOut(1));
      await session.patch('deployments/one', image('nginx:2'));
      await session.until('deployments/one', rolledOut(1));
      await session.patch('deployments/one', { spec: { replicas: 0 } });
      await session.until('deployments/one', (seen) => status(seen)['replicas'] === undefined);
      const { events } = (await session.see('replicasets', 'pods', 'events')) as { events: JsonObject[] };
      return events.filter(({ by }) => String(by).includes('deployment-controller') || String(by).includes('replicaset-controller'));
    },
  },
  {
    name: 'deployment: paused, resumed, out of time',
    run: async (session) => {
      const seen: unknown[] = [];
      const see = async () => seen.push(await session.see('deployments', 'replicasets'));
      await session.create(
        'deployments',
        deployment('slow', { paused: true, replicas: 2, progressDeadlineSeconds: 2, minReadySeconds: 1 }),
      );
      await see();
      await session.patch('deployments/slow', { spec: { paused: false } });
      await session.until('deployments/slow', rolledOut(2));
      await see();
      await session.patch('deployments/slow', { spec: { template: { spec: { nodeSelector: { no: 'where' } } } } });
      await session.until('deployments/slow', (object) => JSON.stringify(status(object)).includes('ProgressDeadlineExceeded'));
      await see();
      await session.patch('deployments/slow', { spec: { paused: true } });
      await see();
      return seen;
    },
  },
  {
    name: 'deployment: Recreate, history limit, orphaned and adopted again',
    run: async (session) => {
      const seen: unknown[] = [];
      const see = async () => seen.push(await session.see('deployments', 'replicasets', 'pods'));
      const spec = { replicas: 2, strategy: { type: 'Recreate' }, revisionHistoryLimit: 1 };
      await session.create('deployments', deployment('again', spec));
      await session.until('deployments/again', rolledOut(2));
      for (const name of ['nginx:2', 'nginx:3']) {
        await session.patch('deployments/again', image(name));
        await session.until('deployments/again', rolledOut(2));
      }
      await see();
      await session.delete('deployments/again', { propagationPolicy: 'Orphan' });
      await session.gone('deployments/again');
      await see();
      await session.create('deployments', deployment('again', { ...spec, template: template({ app: 'again' }, {}, { image: 'nginx:3' }) }));
      await session.until('deployments/again', rolledOut(2));
      await see();
      return seen;
    },
  },
  {
    name: 'deployment: pods that a LimitRange forbids',
    run: async (session) => {
      const limits = [{ type: 'Container', default: { cpu: '500m' }, max: { cpu: '600m' } }];
      await session.create('limitranges', { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'small' }, spec: { limits } });
      const container = { resources: { requests: { cpu: '1' } } };
      const labels = { app: 'big' };
      await session.create('deployments', deployment('big', { replicas: 2, template: template(labels, {}, container) }));
      await session.until('deployments/big', (object) => JSON.stringify(status(object)).includes('FailedCreate'));
      const { events: _events, ...rest } = (await session.see('deployments', 'replicasets', 'pods')) as JsonObject;
      const events = await session.list('events');
      const failed = events
        .filter((event) => event['reason'] === 'FailedCreate')
        .map((event) => String(event['message']).replace(/big-\w+-\w+/, 'big'));
      return { rest, failed: [...new Set(failed)], several: events.length > 1 };
    },
  },
  {
    name: 'replicaset: adopts, releases, scales down',
    run: async (session) => {
      await session.create('pods', pod('stray', {}, { app: 'set', more: 'yes' }));
      const set = deployment('set', { replicas: 3, minReadySeconds: 0 });
      await session.create('replicasets', { ...set, kind: 'ReplicaSet' });
      await session.until('replicasets/set', (seen) => status(seen)['availableReplicas'] === 3);
      const first = await session.see('replicasets', 'pods');
      await session.patch('pods/stray', { metadata: { labels: { app: 'other' } } });
      await session.until(
        'replicasets/set',
        (seen) => status(seen)['fullyLabeledReplicas'] === 3 && status(seen)['observedGeneration'] === 1,
      );
      const second = await session.see('replicasets', 'pods');
      await session.patch('replicasets/set/scale', { spec: { replicas: 1 } });
      await session.until('replicasets/set', (seen) => status(seen)['replicas'] === 1 && status(seen)['availableReplicas'] === 1);
      const third = (await session.see('replicasets', 'events')) as { events: JsonObject[] };
      return [first, second, { ...third, events: third.events.filter(({ by }) => String(by).includes('replicaset')) }];
    },
  },
  {
    name: 'statefulset: in order, partition, scale, claims',
    run: async (session) => {
      const seen: unknown[] = [];
      const see = async () => seen.push(await session.see('statefulsets', 'controllerrevisions', 'pods', 'persistentvolumeclaims'));
      const claim = {
        metadata: { name: 'data', labels: { of: 'db' } },
        spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'none-such', resources: { requests: { storage: '1Gi' } } },
      };
      const retention = { whenDeleted: 'Delete', whenScaled: 'Retain' };
      await session.create(
        'statefulsets',
        statefulSet('db', {
          replicas: 2,
          podManagementPolicy: 'Parallel',
          ordinals: { start: 3 },
          volumeClaimTemplates: [claim],
          persistentVolumeClaimRetentionPolicy: retention,
        }),
      );
      await session.until('pods', ({ items }) => items.length === 2);
      await see();
      await session.patch('statefulsets/db', {
        spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' } },
      });
      await see();
      await session.patch('statefulsets/db/scale', { spec: { replicas: 1 } });
      await session.until('pods', ({ items }) => items.length === 1);
      await session.gone('persistentvolumeclaims/data-db-4');
      await see();
      return seen;
    },
  },
  {
    name: 'statefulset: rolling update with a partition, on delete, events',
    run: async (session) => {
      const seen: unknown[] = [];
      const see = async () => seen.push(await session.see('statefulsets', 'controllerrevisions', 'pods'));
      await session.create('statefulsets', statefulSet('roll', { replicas: 3 }));
      await session.until('statefulsets/roll', (set) => status(set)['availableReplicas'] === 3);
      await see();
      await session.patch('statefulsets/roll', {
        spec: { updateStrategy: { rollingUpdate: { partition: 2 } }, ...(image('nginx:2')['spec'] as JsonObject) },
      });
      await session.until('statefulsets/roll', (set) => status(set)['updatedReplicas'] === 1 && status(set)['availableReplicas'] === 3);
      await see();
      await session.delete('pods/roll-0');
      await session.until('statefulsets/roll', (set) => status(set)['updatedReplicas'] === 1 && status(set)['availableReplicas'] === 3);
      await see();
      await session.patch('statefulsets/roll', { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } });
      await session.until(
        'statefulsets/roll',
        (set) => status(set)['currentRevision'] === status(set)['updateRevision'] && status(set)['availableReplicas'] === 3,
      );
      await see();
      const { events } = (await session.see('statefulsets', 'controllerrevisions', 'events')) as { events: JsonObject[] };
      return [...seen, events.filter(({ by }) => String(by).includes('statefulset'))];
    },
  },
  {
    name: 'daemonset: every node, selector, rolling update, surge, rollback',
    run: async (session) => {
      const seen: unknown[] = [];
      const see = async () => seen.push(await session.see('daemonsets', 'controllerrevisions', 'pods'));
      const done = (count: number) => (set: JsonObject) =>
        status(set)['numberAvailable'] === count &&
        (status(set)['updatedNumberScheduled'] ?? 0) === count &&
        status(set)['observedGeneration'] === (set['metadata'] as JsonObject)['generation'];
      await session.create('daemonsets', daemonSet('agent'));
      await session.until('daemonsets/agent', done(2));
      await see();
      await session.patch('daemonsets/agent', {
        spec: { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }, ...(image('nginx:2')['spec'] as JsonObject) },
      });
      await session.until('daemonsets/agent', done(2));
      await see();
      await session.patch('daemonsets/agent', image('nginx:1'));
      await session.until('daemonsets/agent', done(2));
      await see();
      await session.patch('daemonsets/agent', { spec: { template: { spec: { nodeSelector: { 'kubernetes.io/hostname': 'fake-1' } } } } });
      await session.until('daemonsets/agent', done(1));
      await session.until('pods', ({ items }) => items.length === 1);
      await see();
      const { events } = (await session.see('daemonsets', 'pods', 'events')) as { events: JsonObject[] };
      return [
        ...seen,
        events.filter(({ by }) => String(by).includes('daemonset')).map((event) => nameOf({ metadata: { name: event['message'] ?? '' } })),
      ];
    },
  },
];
