import assert from 'node:assert/strict';
import { memberAt } from '../../src/json.ts';
import { managedByLabel } from '../../src/names.ts';
import { refs } from './platform.ts';
import { type Scenario, scenario } from './world.ts';

/** §7.2: the patched baseline. */
export const baseline: readonly Scenario[] = [
  scenario('B-01: objects are made by server-side apply, under our manager, with our label', async (platform) => {
    await platform.startGolden();
    for (const ref of [refs.service, refs.swap, refs.descheduler]) {
      const { metadata } = await platform.get(ref);
      assert.equal(metadata.labels?.[managedByLabel], 'virt-platform-autopilot');
      assert.ok(metadata.managedFields?.some((entry) => entry.manager === 'virt-platform-autopilot' && entry.operation === 'Apply'));
    }
  }),
  scenario('B-02: somebody changes an owned field: it comes back', async (platform) => {
    await platform.startGolden();
    await platform.merge(refs.descheduler, { spec: { deschedulingIntervalSeconds: 120 } });
    await platform.eventually('interval restored', async () =>
      assert.equal(memberAt(await platform.get(refs.descheduler), 'spec', 'deschedulingIntervalSeconds'), 60),
    );
  }),
  scenario('B-03: fields of others stay; a conflicting field is taken', async (platform) => {
    await platform.createHco();
    await platform.admin.apply(
      {
        apiVersion: 'operator.openshift.io/v1',
        kind: 'KubeDescheduler',
        metadata: { name: 'cluster', namespace: refs.descheduler.namespace },
        spec: { logLevel: 'Debug', mode: 'Predictive' },
      },
      { fieldManager: 'somebody' },
    );
    await platform.start();
    await platform.allGolden();
    const live = await platform.get(refs.descheduler);
    assert.equal(memberAt(live, 'spec', 'mode'), 'Automatic');
    assert.equal(memberAt(live, 'spec', 'logLevel'), 'Debug');
    await platform.merge(refs.descheduler, { spec: { logLevel: 'Trace' } });
    await platform.quiet();
    assert.equal(memberAt(await platform.get(refs.descheduler), 'spec', 'logLevel'), 'Trace', 'not ours');
  }),
  scenario('B-08: an unlabelled object is adopted and labelled; a label that is taken off comes back', async (platform) => {
    await platform.createHco();
    await platform.admin.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: refs.service.name, namespace: refs.service.namespace },
      spec: { selector: { app: 'old' }, ports: [{ name: 'metrics', port: 8080 }] },
    });
    await platform.start();
    await platform.allGolden();
    assert.equal((await platform.get(refs.service)).metadata.labels?.[managedByLabel], 'virt-platform-autopilot');
    assert.ok(platform.logged(/Adopting unlabeled object.*asset=metrics-service/));
    await platform.merge(refs.service, { metadata: { labels: { [managedByLabel]: null } } });
    await platform.eventually('labelled again', async () =>
      assert.equal((await platform.get(refs.service)).metadata.labels?.[managedByLabel], 'virt-platform-autopilot'),
    );
  }),
  scenario('B-09: one asset that fails stops no other', async (platform) => {
    platform.transport.fault = (request) =>
      request.method === 'PATCH' && request.path.includes('/uiplugins/')
        ? { status: 500, reason: 'InternalError', message: 'storage is on fire' }
        : undefined;
    await platform.createHco();
    await platform.start();
    await platform.eventually('all others golden', () => {
      const values = platform.series('virt_platform_compliance_status').map((line) => line.value);
      assert.equal(values.filter((value) => value === 1).length, 9);
      assert.equal(platform.compliance(refs.uiPlugin), 0);
    });
    platform.transport.fault = () => undefined;
    await platform.allGolden();
  }),
  scenario(
    'B-10, B-12, T-09: a missing namespace is waited for: told once, no token spent, no failure, and found when it comes',
    async (platform) => {
      const name = refs.descheduler.namespace;
      await platform.admin.delete({ apiVersion: 'v1', kind: 'Namespace', name });
      await platform.eventually('namespace gone', async () =>
        assert.equal(await platform.exists({ apiVersion: 'v1', kind: 'Namespace', name }), false),
      );
      await platform.createHco();
      await platform.start();
      await platform.eventually('the rest is golden', () =>
        assert.equal(platform.series('virt_platform_compliance_status').filter((line) => line.value === 1).length, 9),
      );
      for (let round = 0; round < 12; round++)
        await platform.annotate(
          { ...refs.service, apiVersion: 'hco.kubevirt.io/v1', kind: 'HyperConverged', name: 'kubevirt-hyperconverged' },
          { 'example.com/round': String(round) },
        );
      await platform.quiet();
      assert.equal(platform.compliance(refs.descheduler), undefined);
      assert.ok(platform.logged(/Target namespace not found, skipping asset.*openshift-kube-descheduler-operator/));
      assert.equal(platform.logs.filter((line) => line.includes('Target namespace not found')).length, 1);
      for (const reason of ['Throttled', 'ThrashingDetected', 'ApplyFailed']) assert.deepEqual(await platform.events(reason), []);
      assert.ok((await platform.events('ReconcileSucceeded')).length > 0);
      await platform.ensure({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      await platform.allGolden();
    },
  ),
  scenario('B-13: what cannot be read is not written: compliance 0, no apply, until it can be read', async (platform) => {
    platform.transport.fault = (request) =>
      request.method === 'GET' && request.path.includes('/namespaces/openshift-cnv/services')
        ? { status: 403, reason: 'Forbidden', message: 'services is forbidden: User cannot list resource "services"' }
        : undefined;
    await platform.createHco();
    await platform.start();
    await platform.eventually('compliance 0', () => assert.equal(platform.compliance(refs.service), 0));
    await platform.eventually('all others golden', () =>
      assert.equal(platform.series('virt_platform_compliance_status').filter((line) => line.value === 1).length, 9),
    );
    assert.deepEqual(
      platform.transport.requests.filter((request) => request.method === 'PATCH' && request.path.includes('/services/')),
      [],
    );
    assert.ok(platform.logged(/ERROR.*forbidden/));
    platform.transport.fault = () => undefined;
    await platform.allGolden();
  }),
  scenario('B-15: a MachineConfig’s ignition version is restored, and told', async (platform) => {
    await platform.startGolden();
    await platform.merge(refs.swap, { spec: { config: { ignition: { version: '3.2.0' } } } });
    await platform.eventually('version restored', async () =>
      assert.equal(memberAt(await platform.get(refs.swap), 'spec', 'config', 'ignition', 'version'), '3.5.0'),
    );
    await platform.eventually('told', async () => {
      assert.equal(await platform.eventCount('DriftCorrected', refs.swap), 1);
      const [event] = await platform.events('DriftCorrected', refs.swap);
      assert.equal(event?.metadata.namespace, 'default', 'a cluster-scoped object’s events are in default');
    });
  }),
  scenario(
    'W-04, S-08: after a restart with everything in sync the same series are there again, and nothing was written',
    async (platform) => {
      await platform.startGolden();
      await platform.quiet();
      const before = ['virt_platform_compliance_status', 'virt_platform_paused_resources', 'virt_platform_thrashing_total'].map((family) =>
        platform.series(family),
      );
      await platform.stop();
      platform.transport.requests.length = 0;
      await platform.start();
      await platform.allGolden();
      await platform.quiet();
      assert.deepEqual(
        ['virt_platform_compliance_status', 'virt_platform_paused_resources', 'virt_platform_thrashing_total'].map((family) =>
          platform.series(family),
        ),
        before,
      );
      const writes = platform.transport.requests.filter((request) => request.method !== 'GET' && !request.path.includes('/events'));
      assert.deepEqual(writes, []);
    },
  ),
  scenario('W-05: drift made while the operator is away is repaired when it is back', async (platform) => {
    await platform.startGolden();
    await platform.stop();
    await platform.merge(refs.service, { metadata: { labels: { app: 'tampered' } } });
    await platform.start();
    await platform.eventually('label restored', async () =>
      assert.equal((await platform.get(refs.service)).metadata.labels?.['app'], 'virt-platform-autopilot'),
    );
  }),
  scenario('R-10: every object passes the validation of its CRD, with nothing lost', async (platform) => {
    const all = ['openshift', 'enable-kubelet-performance-settings', 'enable-mtv', 'enable-metallb', 'enable-incident-detection'];
    await platform.createHco(Object.fromEntries(all.map((name) => [`platform.kubevirt.io/${name}`, 'true'])), {
      featureGates: [{ name: 'CPUManager' }],
    });
    await platform.start();
    await platform.allGolden(14);
  }),
];
