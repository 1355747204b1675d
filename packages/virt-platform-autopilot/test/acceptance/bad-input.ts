import assert from 'node:assert/strict';
import { annotation, hcoRef, refs } from './platform.ts';
import { type Scenario, scenario } from './world.ts';

/** The list of bad input: a clear message on the object, nothing else affected, no crash. */
export const badInput: readonly Scenario[] = [
  scenario('annotations of every kind that cannot be read: told on the object, everything else golden', async (platform) => {
    await platform.startGolden();
    await platform.annotate(hcoRef, {
      [annotation('disabled-resources')]: '[{kind: Service',
      [annotation('autopilot')]: 'true',
    });
    await platform.eventually('told', async () => assert.ok((await platform.eventCount('InvalidExclusions', hcoRef, 'not YAML')) === 1));
    for (const ref of [refs.service, refs.alerts, refs.descheduler]) {
      await platform.annotate(ref, {
        [annotation('patch')]: '{"spec":{"a":1}}',
        [annotation('ignore-fields')]: ',,/metadata,~',
        [annotation('mode')]: '!!',
        [annotation('reconcile-paused')]: 'yes',
      });
      await platform.eventually(`told on ${ref.kind}`, async () => {
        assert.ok((await platform.eventCount('InvalidPatch', ref)) >= 1);
        assert.ok((await platform.eventCount('InvalidIgnoreFields', ref)) >= 2);
      });
    }
    await platform.allGolden();
    await platform.merge(refs.service, { metadata: { labels: { app: 'x' } } });
    await platform.eventually('still repaired', async () =>
      assert.equal((await platform.get(refs.service)).metadata.labels?.['app'], 'virt-platform-autopilot'),
    );
  }),
  scenario('an annotation as large as the API takes: refused in an event that fits, nothing else affected', async (platform) => {
    await platform.startGolden();
    const large = JSON.stringify(
      Array.from({ length: 2500 }, (_, at) => ({ op: 'add', path: `/metadata/labels/k${at}`, value: 'v'.repeat(40) })),
    );
    assert.ok(large.length > 200_000 && large.length < 262_144);
    await platform.annotate(refs.service, { [annotation('patch')]: large });
    await platform.eventually('told', async () => {
      const [event] = await platform.events('InvalidPatch', refs.service);
      assert.ok(event && String(event['message']).length <= 1024);
    });
    await assert.rejects(
      platform.annotate(refs.alerts, { [annotation('patch')]: 'x'.repeat(1 << 20) }),
      /too long|Too long|limit/i,
      'the API server takes no 1 MB',
    );
    await platform.allGolden();
  }),
  scenario('a HyperConverged without spec, in v1beta1: everything is golden', async (platform) => {
    await platform.admin.create({
      apiVersion: 'hco.kubevirt.io/v1beta1',
      kind: 'HyperConverged',
      metadata: { name: hcoRef.name, namespace: 'openshift-cnv' },
    });
    await platform.start();
    await platform.allGolden();
  }),
  scenario('a template that fails: compliance 0 and the line, others stay golden, and it heals when its input does', async (platform) => {
    await platform.startGolden();
    // v1beta1 keeps unknown fields: a number where the template expects a map.
    await platform.admin.patch(
      { ...hcoRef, apiVersion: 'hco.kubevirt.io/v1beta1' },
      { type: 'merge', body: { spec: { virtualization: { liveMigrationConfig: { parallelMigrationsPerCluster: '{{' } } } } },
    );
    await platform.eventually('compliance 0', () => assert.equal(platform.compliance(refs.descheduler), 0));
    // The HyperConverged itself may be 0 as well: what was written into it is no valid v1.
    const others = platform.series('virt_platform_compliance_status').filter((line) => !/HyperConverged|KubeDescheduler/.test(line.labels));
    assert.deepEqual(
      others.map((line) => line.value),
      Array.from({ length: 8 }, () => 1),
    );
    assert.ok(platform.logged(/ERROR.*Failed to reconcile asset: failed to render.*descheduler-loadaware/));
    await platform.eventually('told', async () =>
      assert.ok((await platform.eventCount('RenderFailed', hcoRef, 'descheduler-loadaware')) === 1),
    );
    await platform.admin.patch(
      { ...hcoRef, apiVersion: 'hco.kubevirt.io/v1beta1' },
      { type: 'merge', body: { spec: { virtualization: null } } },
    );
    await platform.allGolden();
  }),
];
