// DESIGN §10.7: the tenant label in pod templates is set at creation; on adopted workloads live pods are labelled and the template waits.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { podTemplateLabels } from '../src/marks/pod-labels.ts';
import { bundleOf, deployment, ownerNamed, phases, refOf, TestWorld } from './support/world.ts';

const owner = ownerNamed('acme');
const label = 'kubernetes-tenants.org/tenant';
const web = (image: string) =>
  bundleOf(owner, { id: 'web', object: deployment('web', { replicas: 1 }, image), conflictPolicy: 'Force', waitForReady: false });
const ref = refOf(deployment('web'));

async function templateLabel(world: TestWorld): Promise<unknown> {
  return podTemplateLabels(await world.user.get(ref))?.[label];
}

test('a workload made by us carries the label in its pod template from the start, and not in its selector', async () => {
  const world = new TestWorld();
  await world.pass(web('nginx:1'));
  assert.equal(await templateLabel(world), 'acme');
  assert.doesNotMatch(JSON.stringify((await world.user.get(ref))['spec']).match(/"selector":\{[^}]*\}\}/)?.[0] ?? '', /tenant/);
  await world.end();
});

test('an adopted workload keeps its template, its live pods get the label', async () => {
  const world = new TestWorld();
  await world.user.create(deployment('web', { replicas: 1 }));
  await world.user.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'default' } });
  await world.user.create(pod('web-1'));
  const outcome = await world.pass(web('nginx:1.27'));
  assert.deepEqual(phases(outcome), { web: 'Ready' });
  assert.deepEqual(outcome.happenings.map((happening) => happening.type).slice(0, 2), ['Adopted', 'PodsLabelled']);
  assert.equal(await templateLabel(world), undefined);
  const live = await world.user.get({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'web-1' });
  assert.equal(live.metadata.labels?.[label], 'acme');
  await world.quiet();
  world.requests();
  assert.equal((await world.pass(web('nginx:1.27'))).changed, false);
  assert.deepEqual(world.requests(), []);
  await world.end();
});

test('the template of an adopted workload gets the label with its next real change', async () => {
  const world = new TestWorld();
  await world.user.create(deployment('web', { replicas: 1 }));
  await world.pass(web('nginx:1.27'));
  await world.pass(web('nginx:1.28'));
  assert.equal(await templateLabel(world), 'acme');
  await world.end();
});

test('an existing Job never gets the label: its template is immutable', async () => {
  const world = new TestWorld();
  const job = (annotation: string): KubeObject => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'once', namespace: 'default', annotations: { note: annotation } },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'run', image: 'busybox' }] } } },
  });
  await world.user.create(job('theirs'));
  const outcome = await world.pass(bundleOf(owner, { id: 'job', object: job('ours'), conflictPolicy: 'Force', waitForReady: false }));
  assert.deepEqual(phases(outcome), { job: 'Ready' });
  assert.equal(podTemplateLabels(await world.user.get(refOf(job(''))))?.[label], undefined);
  await world.end();
});

test('claim templates of a StatefulSet carry the label from creation and stay as they were made', async () => {
  const world = new TestWorld();
  const set = (image: string): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', namespace: 'default' },
    spec: {
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'db', image }] } },
      volumeClaimTemplates: [
        { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
      ],
    },
  });
  const bundle = (image: string) => bundleOf(owner, { id: 'db', object: set(image), waitForReady: false });
  await world.pass(bundle('db:1'));
  assert.match(JSON.stringify((await world.user.get(refOf(set(''))))['spec']), /"labels":\{"kubernetes-tenants.org\/tenant":"acme"\}/);
  assert.deepEqual(phases(await world.pass(bundle('db:2'))), { db: 'Ready' });
  await world.end();
});

function pod(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: 'web' } },
    spec: { containers: [{ name: 'web', image: 'nginx' }] },
  };
}
