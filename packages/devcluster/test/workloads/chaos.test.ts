import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '@caretaker/kube/testing';
import { bareControllers } from '../../src/controllers/bare.ts';
import { DevCluster } from '../../src/dev-cluster.ts';
import { StatusError } from '../../src/server/answers/status-error.ts';
import { CRON_JOB, DAEMON_SET, DEPLOYMENT, JOB, POD, REPLICA_SET, SERVICE, STATEFUL_SET } from '../../src/workloads/machinery/kinds.ts';
import { isActive, isReady, phaseOf } from '../../src/workloads/machinery/pods.ts';
import { fields, integer, items } from '../../src/workloads/machinery/read.ts';
import { workloadControllers } from '../../src/workloads/suite.ts';
import { deployment, podTemplate, seededRandom } from './world.ts';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

for (const seed of SEEDS) {
  test(`controllers converge although writes fail and replies are lost (seed ${seed})`, async () => {
    const clock = new VirtualClock();
    const chance = seededRandom(seed * 7919);
    let stormy = false;
    const roll = (what: string): void => {
      if (stormy && chance.next() < 0.15) throw new StatusError(500, 'InternalError', what);
    };
    const cluster = new DevCluster({
      clock,
      random: seededRandom(seed),
      // Before: the write did not happen. After: it did, and nobody was told.
      faults: { before: () => roll('etcdserver: request timed out'), after: () => roll('connection reset by peer') },
    });
    cluster.start([...bareControllers(cluster.core), ...workloadControllers(cluster, { podReadyDelayMs: 300, jobRunMs: 2000 })]);
    await clock.advance(1000);
    const api = cluster.api();
    const metadata = (name: string) => ({ name, namespace: 'default' });
    const selector = (app: string) => ({ selector: { matchLabels: { app } }, template: podTemplate('nginx:1', { app }) });
    const jobTemplate = { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'x' }] } } } };
    await api.create(deployment('web', { replicas: 4 }));
    await api.create({ ...SERVICE, metadata: metadata('web'), spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } });
    await api.create({ ...STATEFUL_SET, metadata: metadata('db'), spec: { replicas: 3, serviceName: 'db', ...selector('db') } });
    await api.create({ ...DAEMON_SET, metadata: metadata('agent'), spec: selector('agent') });
    await api.create({ ...JOB, metadata: metadata('work'), spec: { completions: 6, parallelism: 3, ...jobTemplate.spec } });
    await api.create({ ...CRON_JOB, metadata: metadata('tick'), spec: { schedule: '* * * * *', jobTemplate } });
    stormy = true;
    await clock.advance(5000);
    const image = { spec: { template: { spec: { containers: [{ name: 'main', image: 'nginx:2' }] } } } };
    stormy = false;
    for (const [kind, name] of [
      [DEPLOYMENT, 'web'],
      [STATEFUL_SET, 'db'],
      [DAEMON_SET, 'agent'],
    ] as const) {
      await api.patch({ ...kind, namespace: 'default', name }, { type: 'strategic', body: image });
    }
    stormy = true;
    await clock.advance(90_000);
    stormy = false;
    await clock.advance(300_000);

    const status = (kind: typeof DEPLOYMENT, name: string) => fields(api.peek({ ...kind, namespace: 'default', name }), 'status');
    const counts = (kind: typeof DEPLOYMENT, name: string, ...members: string[]) =>
      members.map((member) => status(kind, name)[member] ?? 0);
    assert.deepEqual(counts(DEPLOYMENT, 'web', 'replicas', 'updatedReplicas', 'availableReplicas', 'unavailableReplicas'), [4, 4, 4, 0]);
    assert.deepEqual(counts(STATEFUL_SET, 'db', 'replicas', 'updatedReplicas', 'readyReplicas'), [3, 3, 3]);
    assert.equal(status(STATEFUL_SET, 'db')['currentRevision'], status(STATEFUL_SET, 'db')['updateRevision']);
    assert.deepEqual(counts(DAEMON_SET, 'agent', 'numberReady', 'updatedNumberScheduled', 'numberUnavailable'), [2, 2, 0]);
    // A Job may run a pod more than it needed when a reply was lost, but never counts one twice.
    assert.equal(integer(status(JOB, 'work'), 'succeeded'), 6);
    const workPods = api.list(POD, { namespace: 'default', labelSelector: 'job-name=work' });
    assert.ok(workPods.filter((pod) => phaseOf(pod) === 'Succeeded').length >= 6);
    assert.ok(
      workPods.every((pod) => pod.metadata.finalizers === undefined),
      'no pod is held for ever',
    );
    const webPods = api.list(POD, { namespace: 'default', labelSelector: 'app=web' });
    assert.deepEqual([webPods.length, webPods.filter((pod) => isActive(pod) && isReady(pod)).length], [4, 4]);
    const sets = api.list(REPLICA_SET).filter((set) => (integer(set, 'spec', 'replicas') ?? 0) > 0);
    assert.equal(sets.length, 1);
    const [subset] = items(api.peek({ apiVersion: 'v1', kind: 'Endpoints', namespace: 'default', name: 'web' }), 'subsets');
    assert.equal(items(subset, 'addresses').length, 4);
    const minutes = api
      .list(JOB)
      .map((job) => job.metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'])
      .filter((time) => time !== undefined);
    assert.equal(new Set(minutes).size, minutes.length, 'no minute has two Jobs');
    await cluster.close();
  });
}
