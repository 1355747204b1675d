import assert from 'node:assert/strict';
import { managedByLabel } from '../../src/names.ts';
import { annotation, hcoRef, refs } from './platform.ts';
import { type Scenario, scenario } from './world.ts';

/** §7.5: controller, gate, exclusion. */
export const controller: readonly Scenario[] = [
  scenario('C-02: the HyperConverged is adopted first; ReconcileSucceeded; durations are counted', async (platform) => {
    await platform.createHco();
    await platform.start();
    await platform.allGolden();
    assert.equal((await platform.get(hcoRef)).metadata.labels?.[managedByLabel], 'virt-platform-autopilot');
    const first = platform.transport.requests.find((request) => request.method === 'PATCH');
    assert.match(first?.path ?? '', /hyperconvergeds/);
    await platform.eventually('told', async () => assert.ok((await platform.eventCount('ReconcileSucceeded', hcoRef)) > 0));
    assert.ok((platform.metric('reconcile_duration_seconds_count', hcoRef) ?? 0) > 0);
  }),
  scenario('C-03: set to false: nothing is applied, every series goes; set back: all is golden again', async (platform) => {
    await platform.createHco({ [annotation('autopilot')]: 'false' });
    await platform.start();
    await platform.quiet();
    assert.deepEqual(await platform.events('AssetApplied'), []);
    assert.deepEqual(await platform.events('ReconcileSucceeded'), []);
    assert.ok(platform.logged(/Autopilot not enabled/));
    await platform.annotate(hcoRef, { [annotation('autopilot')]: 'true' });
    await platform.allGolden();
    await platform.annotate(hcoRef, { [annotation('autopilot')]: 'false' });
    await platform.eventually('all series are gone', () => {
      for (const family of ['compliance_status', 'paused_resources', 'missing_dependency', 'customization_info', 'tombstone_status']) {
        assert.deepEqual(platform.series(`virt_platform_${family}`), [], family);
      }
    });
    await platform.merge(refs.service, { metadata: { labels: { app: 'mine' } } });
    await platform.quiet();
    assert.equal((await platform.get(refs.service)).metadata.labels?.['app'], 'mine');
  }),
  scenario(
    'C-05, C-06: a list of two makes both; what leaves the list stays in the cluster without series, is not made anew; back in the list it is',
    async (platform) => {
      await platform.createHco({ [annotation('autopilot')]: 'metrics-service,prometheus-alerts' });
      await platform.start();
      await platform.allGolden(2);
      assert.equal(platform.compliance(hcoRef), undefined, 'the HyperConverged must be listed by name');
      await platform.annotate(hcoRef, { [annotation('autopilot')]: 'metrics-service' });
      await platform.eventually('series gone', () => assert.equal(platform.compliance(refs.alerts), undefined));
      assert.ok(await platform.exists(refs.alerts));
      await platform.admin.delete(refs.alerts);
      await platform.quiet();
      assert.equal(await platform.exists(refs.alerts), false);
      await platform.annotate(hcoRef, { [annotation('autopilot')]: 'metrics-service,prometheus-alerts' });
      await platform.allGolden(2);
      assert.equal((await platform.get(refs.alerts)).metadata.labels?.[managedByLabel], 'virt-platform-autopilot');
      for (const reason of ['ApplyFailed', 'Throttled', 'ThrashingDetected']) assert.deepEqual(await platform.events(reason), []);
    },
  ),
  scenario('C-08: excluded objects are left alone, also after a restart; others go on; lifted they are made anew', async (platform) => {
    await platform.startGolden();
    await platform.annotate(refs.service, { [annotation('mode')]: 'unmanaged' });
    await platform.eventually('unmanaged', () => assert.equal(platform.compliance(refs.service), undefined));
    const rules = '- kind: Service\n  name: virt-platform-*\n- kind: UIPlugin\n  name: monitoring\n- kind: NoSuchKind\n  name: "*"\n';
    await platform.annotate(hcoRef, { [annotation('disabled-resources')]: rules });
    await platform.eventually('excluded', () => assert.equal(platform.compliance(refs.uiPlugin), undefined));
    assert.equal(platform.metric('customization_info', refs.service, ',type="unmanaged"'), 1, 'what was known of it stays');
    assert.ok(platform.logged(/Skipping resource due to Root Exclusion/));
    await platform.restart();
    await platform.allGolden(8);
    await platform.admin.delete(refs.uiPlugin);
    await platform.merge(refs.alerts, { metadata: { labels: { role: 'x' } } });
    await platform.eventually('others are repaired', async () =>
      assert.equal((await platform.get(refs.alerts)).metadata.labels?.['role'], 'alert-rules'),
    );
    assert.equal(await platform.exists(refs.uiPlugin), false);
    await platform.annotate(hcoRef, { [annotation('disabled-resources')]: null });
    await platform.eventually('made anew', () => assert.equal(platform.compliance(refs.uiPlugin), 1));
    await platform.eventually('told', async () => assert.ok((await platform.eventCount('AssetApplied', refs.uiPlugin)) >= 1));
  }),
  scenario('a change of an input renders again: nodes, Scheduler, HyperConverged, PrometheusRule, CRD', async (platform) => {
    await platform.startGolden();
    const master = { ...refs.psi, name: '99-openshift-machineconfig-master-psi-karg' };
    await platform.ensure({
      apiVersion: 'config.openshift.io/v1',
      kind: 'Scheduler',
      metadata: { name: 'cluster' },
      spec: { mastersSchedulable: true },
    });
    await platform.eventually('a Scheduler with schedulable masters', async () => assert.ok(await platform.exists(master)));
    await platform.annotate(hcoRef, { [annotation('openshift')]: 'true', [annotation('enable-pci-passthrough')]: 'true' });
    const passthrough = { ...refs.psi, name: '50-virt-pci-passthrough' };
    await platform.quiet(300);
    assert.equal(await platform.exists(passthrough), false, 'no node has such a device');
    await platform.ensure({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'gpu', labels: { 'feature.node.kubernetes.io/pci-present': 'true' } },
    });
    await platform.eventually('a node with a device', async () => assert.ok(await platform.exists(passthrough)));
    await platform.merge(hcoRef, { spec: { virtualization: { liveMigrationConfig: { parallelMigrationsPerCluster: 45 } } } });
    const spec = async (): Promise<string> => JSON.stringify((await platform.get(refs.descheduler))['spec']);
    await platform.eventually('limits of the HyperConverged', async () => assert.match(await spec(), /"total":45/));
    const rules = {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      name: 'descheduler-rules',
      namespace: refs.descheduler.namespace,
    };
    await platform.admin.create({
      apiVersion: rules.apiVersion,
      kind: rules.kind,
      metadata: { name: rules.name, namespace: rules.namespace },
      spec: { groups: [] },
    });
    await platform.eventually('recording rules', async () => assert.match(await spec(), /PrometheusCPUCombined/));
    await platform.admin.delete(rules);
    await platform.eventually('recording rules gone', async () => assert.doesNotMatch(await spec(), /PrometheusCPUCombined/));
    await platform.admin.delete({ apiVersion: 'v1', kind: 'Node', name: 'gpu' });
    await platform.admin.delete({ apiVersion: 'config.openshift.io/v1', kind: 'Scheduler', name: 'cluster' });
    await platform.eventually('series of what no longer applies are gone', () => assert.equal(platform.compliance(passthrough), undefined));
  }),
  scenario('the HyperConverged is deleted: it is not made anew, nothing is reported; created again, all is golden', async (platform) => {
    await platform.startGolden();
    await platform.admin.delete(hcoRef);
    await platform.eventually('no series', () => assert.deepEqual(platform.series('virt_platform_compliance_status'), []));
    await platform.merge(refs.service, { metadata: { labels: { app: 'mine' } } });
    await platform.quiet();
    assert.equal(await platform.exists(hcoRef), false);
    assert.equal((await platform.get(refs.service)).metadata.labels?.['app'], 'mine');
    await platform.createHco();
    await platform.allGolden();
    assert.equal((await platform.get(refs.service)).metadata.labels?.['app'], 'virt-platform-autopilot');
  }),
  scenario('R-01: the descheduler’s profile follows its CRD through three generations', async (platform) => {
    await platform.installCrd('generations/kubedeschedulers-4.17.yaml');
    await platform.startGolden();
    const spec = async (): Promise<string> => JSON.stringify((await platform.get(refs.descheduler))['spec']);
    assert.match(
      await spec(),
      /"LongLifecycle".*"devEnableEvictionsInBackground":true|"devEnableEvictionsInBackground":true.*"LongLifecycle"/,
    );
    await platform.installCrd('generations/kubedeschedulers-4.19.yaml');
    await platform.eventually('4.19', async () => assert.match(await spec(), /"DevKubeVirtRelieveAndMigrate"/));
    await platform.installCrd('kubedeschedulers.yaml');
    await platform.eventually('4.21', async () => assert.match(await spec(), /"KubeVirtRelieveAndMigrate"/));
    assert.doesNotMatch(await spec(), /InBackground/);
  }),
];
