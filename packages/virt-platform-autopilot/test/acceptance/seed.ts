import assert from 'node:assert/strict';
import { annotation, hcoRef, refs } from './platform.ts';
import { type Scenario, scenario } from './world.ts';

const webhookText = 'admission webhook "guard.example.com" denied the request: uiplugins are frozen';

/** §7.1: what the runbook promises. */
export const seed: readonly Scenario[] = [
  scenario(
    'S-01: a webhook refuses one object: its compliance is 0, others stay 1, log and events say why, and it heals by itself',
    async (platform) => {
      await platform.startGolden();
      platform.transport.fault = (request) =>
        request.method === 'PATCH' && request.path.includes('/uiplugins/monitoring')
          ? { status: 403, reason: 'Forbidden', message: webhookText }
          : undefined;
      await platform.merge(refs.uiPlugin, { spec: { monitoring: { perses: { enabled: false } } } });
      await platform.eventually('compliance 0', () => assert.equal(platform.compliance(refs.uiPlugin), 0));
      assert.equal(platform.series('virt_platform_compliance_status').filter((line) => line.value === 1).length, 9);
      assert.ok(platform.logged(/ERROR.*Failed to reconcile asset: failed to apply.*admission webhook/));
      await platform.eventually('events', async () => {
        assert.ok((await platform.eventCount('ApplyFailed', refs.uiPlugin, 'frozen')) > 0);
        assert.ok((await platform.eventCount('ApplyFailed', hcoRef, 'UIPlugin monitoring')) > 0);
      });
      platform.transport.fault = () => undefined;
      await platform.allGolden();
    },
  ),
  scenario('S-02: a right is revoked: compliance 0 and Forbidden in the log; given back: 1 without a restart', async (platform) => {
    await platform.startGolden();
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'virt-platform-autopilot-role' };
    const live = await platform.get(role);
    const rules = Array.isArray(live['rules']) ? live['rules'] : [];
    const reading = rules.map((rule: unknown) =>
      JSON.stringify(rule).includes('uiplugins')
        ? { apiGroups: ['observability.openshift.io'], resources: ['uiplugins'], verbs: ['get', 'list', 'watch'] }
        : rule,
    );
    await platform.admin.apply(
      { apiVersion: role.apiVersion, kind: role.kind, metadata: { name: role.name }, rules: reading },
      { fieldManager: 'setup', force: true },
    );
    await platform.eventually('compliance 0', async () => {
      // Rights take a moment to be in force: what is repaired before is tried again.
      if (platform.compliance(refs.uiPlugin) === 1)
        await platform.merge(refs.uiPlugin, { spec: { monitoring: { perses: { enabled: false } } } });
      assert.equal(platform.compliance(refs.uiPlugin), 0);
    });
    assert.ok(platform.logged(/ERROR.*failed to apply.*forbidden/i));
    await platform.applyRbac();
    await platform.allGolden();
  }),
  scenario(
    'S-03: an API server that answers 500 and 429 for a while: compliance 0, durations counted, recovery by itself',
    async (platform) => {
      await platform.startGolden();
      let count = 0;
      platform.transport.fault = (request) => {
        if (request.method !== 'PATCH' || !request.path.includes('/services/')) return undefined;
        count++;
        return count % 2 === 0
          ? { status: 500, reason: 'InternalError', message: 'etcdserver: request timed out' }
          : { status: 429, reason: 'TooManyRequests', message: 'too many requests', retryAfter: 1 };
      };
      const before = platform.metric('reconcile_duration_seconds_count', refs.service) ?? 0;
      await platform.merge(refs.service, { metadata: { labels: { app: 'tampered' } } });
      await platform.eventually('compliance 0', () => assert.equal(platform.compliance(refs.service), 0));
      await platform.eventually('tried again', () => assert.ok(count >= 3));
      assert.ok((platform.metric('reconcile_duration_seconds_count', refs.service) ?? 0) > before);
      platform.transport.fault = () => undefined;
      await platform.allGolden();
      assert.equal((await platform.get(refs.service)).metadata.labels?.['app'], 'virt-platform-autopilot');
    },
  ),
  scenario('S-05: unmanaged on a failing object: its series goes in one pass, drift is left alone', async (platform) => {
    await platform.startGolden();
    platform.transport.fault = (request) =>
      request.method === 'PATCH' && request.path.includes('/uiplugins/monitoring')
        ? { status: 403, reason: 'Forbidden', message: webhookText }
        : undefined;
    await platform.merge(refs.uiPlugin, { spec: { monitoring: { perses: { enabled: false } } } });
    await platform.eventually('compliance 0', () => assert.equal(platform.compliance(refs.uiPlugin), 0));
    await platform.annotate(refs.uiPlugin, { [annotation('mode')]: 'unmanaged' });
    await platform.eventually('series gone', () => assert.equal(platform.compliance(refs.uiPlugin), undefined));
    platform.transport.fault = () => undefined;
    await platform.quiet();
    assert.match(JSON.stringify((await platform.get(refs.uiPlugin))['spec']), /"enabled":false/);
    assert.equal(await platform.eventCount('UnmanagedMode', refs.uiPlugin), 1);
  }),
  scenario(
    'S-06: force-reconcile on a built-in and on a custom object: done within seconds, taken off, once per value',
    async (platform) => {
      await platform.startGolden();
      await platform.quiet();
      for (const ref of [refs.service, refs.descheduler]) {
        const before = platform.metric('reconcile_duration_seconds_count', ref) ?? 0;
        await platform.annotate(ref, { [annotation('force-reconcile')]: '1763719600' });
        await platform.eventually('passed over and taken off', async () => {
          assert.ok((platform.metric('reconcile_duration_seconds_count', ref) ?? 0) > before);
          assert.equal((await platform.get(ref)).metadata.annotations?.[annotation('force-reconcile')], undefined);
        });
        const forced = (): number =>
          platform.logs.filter((line) => line.includes('Reconciliation forced by annotation') && line.includes(`kind=${ref.kind}`)).length;
        assert.equal(forced(), 1);
        await platform.annotate(ref, { [annotation('force-reconcile')]: '1763719600' });
        await platform.eventually('taken off again', async () =>
          assert.equal((await platform.get(ref)).metadata.annotations?.[annotation('force-reconcile')], undefined),
        );
        await platform.quiet(300);
        assert.equal(forced(), 1, 'the same value again asks for nothing');
      }
      assert.equal(platform.metric('thrashing_total', refs.service), 0);
    },
  ),
  scenario(
    'S-07, C-07: drift by hand is healed; the log says "successfully applied", events tell it on object and HyperConverged',
    async (platform) => {
      await platform.startGolden();
      platform.logs.length = 0;
      await platform.merge(refs.alerts, { metadata: { labels: { role: 'tampered' } } });
      await platform.eventually('healed', async () =>
        assert.equal((await platform.get(refs.alerts)).metadata.labels?.['role'], 'alert-rules'),
      );
      await platform.eventually('log', () => assert.ok(platform.logged(/successfully applied/)));
      assert.ok(platform.logged(/Drift detected.*manager=kubectl-patch.*operation=Update/));
      for (const reason of ['DriftDetected', 'DriftCorrected', 'AssetApplied']) {
        await platform.eventually(reason, async () => {
          assert.ok((await platform.eventCount(reason, refs.alerts)) > 0);
          assert.ok((await platform.eventCount(reason, hcoRef, 'PrometheusRule openshift-cnv/virt-platform-autopilot-alerts')) > 0);
        });
      }
      assert.equal(platform.compliance(refs.alerts), 1);
    },
  ),
  scenario('every managed object is repaired, built-in kinds too', async (platform) => {
    await platform.startGolden();
    for (const ref of [
      refs.service,
      refs.serviceMonitor,
      refs.alerts,
      refs.swap,
      refs.psi,
      refs.uiPlugin,
      refs.descheduler,
      refs.dashboard,
    ]) {
      await platform.merge(ref, { metadata: { labels: { 'platform.kubevirt.io/managed-by': 'somebody-else' } } });
      await platform.eventually(`${ref.kind} healed`, async () =>
        assert.equal((await platform.get(ref)).metadata.labels?.['platform.kubevirt.io/managed-by'], 'virt-platform-autopilot'),
      );
      await platform.admin.delete(ref);
      await platform.eventually(`${ref.kind} made anew`, async () => assert.ok(await platform.exists(ref)));
    }
  }),
];
