import assert from 'node:assert/strict';
import { managedByLabel } from '../../src/names.ts';
import { hcoRef, type TestPlatform } from './platform.ts';
import { type Scenario, scenario } from './world.ts';

const plugin = { apiVersion: 'observability.openshift.io/v1alpha1', kind: 'UIPlugin', name: 'kubevirt-plugin' };
const check = { apiVersion: 'remediation.medik8s.io/v1alpha1', kind: 'NodeHealthCheck', name: 'virt-node-health-check' };
const ours = { [managedByLabel]: 'virt-platform-autopilot' };

async function obsolete(platform: TestPlatform, ref: typeof plugin, labels: Record<string, string>, finalizers?: string[]): Promise<void> {
  await platform.admin.create({
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    metadata: { name: ref.name, labels, ...(finalizers === undefined ? {} : { finalizers }) },
    spec: ref.kind === 'UIPlugin' ? { type: 'Dashboards' } : {},
  });
}

const status = (platform: TestPlatform, ref: typeof plugin): number | undefined =>
  platform.series('virt_platform_tombstone_status').find((line) => line.labels.includes(`name="${ref.name}"`))?.value;

/** §7.7: tombstones. */
export const tombstones: readonly Scenario[] = [
  scenario('K-01, K-02: what is absent is 0 without a word; what is ours is deleted, also when it comes later', async (platform) => {
    await obsolete(platform, plugin, ours);
    await platform.startGolden();
    await platform.eventually('deleted', async () => assert.equal(await platform.exists(plugin), false));
    await platform.eventually('status', () => assert.equal(status(platform, plugin), 0));
    assert.equal(status(platform, check), 0);
    await platform.eventually('told', async () =>
      assert.equal(await platform.eventCount('TombstoneDeleted', hcoRef, 'UIPlugin kubevirt-plugin'), 1),
    );
    assert.deepEqual((await platform.events('TombstoneDeleted')).length, 1);
    await obsolete(platform, check, ours);
    await platform.eventually('deleted at once', async () => assert.equal(await platform.exists(check), false));
  }),
  scenario('K-03: somebody else’s object of that name is kept', async (platform) => {
    await obsolete(platform, plugin, {});
    await obsolete(platform, check, { [managedByLabel]: 'somebody' });
    await platform.startGolden();
    await platform.eventually('kept', () => {
      assert.equal(status(platform, plugin), -2);
      assert.equal(status(platform, check), -2);
    });
    await platform.eventually('told', async () =>
      assert.equal(await platform.eventCount('TombstoneSkipped', hcoRef, 'kubevirt-plugin'), 1),
    );
    assert.ok(await platform.exists(plugin));
  }),
  scenario('K-04: a deletion that is refused is -1 and told; the other tombstone is processed; it heals', async (platform) => {
    await obsolete(platform, plugin, ours);
    await obsolete(platform, check, ours);
    platform.transport.fault = (request) =>
      request.method === 'DELETE' && request.path.includes('/uiplugins/')
        ? { status: 403, reason: 'Forbidden', message: 'admission webhook "keep.example.com" denied the request: kept' }
        : undefined;
    await platform.startGolden();
    await platform.eventually('refused', () => assert.equal(status(platform, plugin), -1));
    await platform.eventually('the other is gone', async () => assert.equal(await platform.exists(check), false));
    await platform.eventually('told', async () => assert.equal(await platform.eventCount('TombstoneFailed', hcoRef, 'kept'), 1));
    platform.transport.fault = () => undefined;
    await platform.eventually('healed', () => assert.equal(status(platform, plugin), 0));
  }),
  scenario('a tombstone held by a finalizer is 1, is deleted once, and 0 when the finalizer goes', async (platform) => {
    await obsolete(platform, plugin, ours, ['example.com/hold']);
    await platform.startGolden();
    await platform.eventually('waiting', () => assert.equal(status(platform, plugin), 1));
    await platform.quiet();
    assert.equal(platform.transport.requests.filter((request) => request.method === 'DELETE').length, 1);
    await platform.merge(plugin, { metadata: { finalizers: null } });
    await platform.eventually('gone', () => assert.equal(status(platform, plugin), 0));
  }),
];
