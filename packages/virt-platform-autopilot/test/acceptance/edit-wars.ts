import assert from 'node:assert/strict';
import { annotation, hcoRef, refs, type TestPlatform } from './platform.ts';
import { type Scenario, scenario } from './world.ts';

/** Somebody who writes his value again whenever the operator has answered, until the object is paused. Returns how often he wrote. */
async function fight(platform: TestPlatform, ref: (typeof refs)['service'] | (typeof refs)['alerts'], label: string): Promise<number> {
  for (let writes = 1; ; writes++) {
    assert.ok(writes < 60, 'the war does not end');
    const passes = platform.metric('reconcile_duration_seconds_count', ref) ?? 0;
    await platform.merge(ref, { metadata: { labels: { [label]: `mine-${writes}` } } });
    let paused = false;
    await platform.eventually('an answer: repaired, refused or paused', async () => {
      const live = await platform.get(ref);
      paused = live.metadata.annotations?.[annotation('reconcile-paused')] === 'true';
      const refused = (platform.metric('reconcile_duration_seconds_count', ref) ?? 0) > passes;
      assert.ok(paused || refused || live.metadata.labels?.[label] !== `mine-${writes}`);
    });
    if (paused) return writes;
  }
}

/** §7.4: edit wars. */
export const editWars: readonly Scenario[] = [
  scenario(
    'T-05, T-07, T-08, W-06: an edit war ends in a pause that names the opponent, lasts over a restart, and ends with the annotation',
    async (platform) => {
      await platform.startGolden();
      const writes = await fight(platform, refs.service, 'app');
      assert.ok(writes >= 13, `ten repairs and three throttles, not ${writes} writes`);
      await platform.eventually('paused', () => assert.equal(platform.metric('paused_resources', refs.service), 1));
      assert.equal(platform.compliance(refs.service), 0);
      assert.ok((platform.metric('thrashing_total', refs.service) ?? 0) > 5, 'increase > 5 can be true');
      for (const ref of [refs.service, hcoRef]) {
        await platform.eventually('told once', async () =>
          assert.equal(await platform.eventCount('ThrashingDetected', ref, 'platform.kubevirt.io/reconcile-paused'), 1),
        );
        assert.ok((await platform.eventCount('Throttled', ref)) >= 1);
      }
      const [event] = await platform.events('ThrashingDetected', refs.service);
      assert.match(String(event?.['message']), /kubectl-patch/);
      assert.ok(platform.logged(/Edit war detected.*manager=kubectl-patch.*operation=Update.*field=.*app/));
      assert.equal(
        platform.series('virt_platform_compliance_status').filter((line) => line.value === 1).length,
        9,
        'no other object is touched',
      );

      await platform.restart();
      await platform.eventually('paused after the restart', () => assert.equal(platform.metric('paused_resources', refs.service), 1));
      await platform.quiet();
      assert.match((await platform.get(refs.service)).metadata.labels?.['app'] ?? '', /^mine/);

      await platform.annotate(refs.service, { [annotation('reconcile-paused')]: null });
      await platform.allGolden();
      assert.equal(platform.metric('paused_resources', refs.service), 0);
      assert.equal((await platform.get(refs.service)).metadata.labels?.['app'], 'virt-platform-autopilot');
    },
  ),
  scenario('T-04: resuming starts anew: no pause at once', async (platform) => {
    await platform.startGolden();
    await fight(platform, refs.alerts, 'role');
    await platform.annotate(refs.alerts, { [annotation('reconcile-paused')]: null });
    await platform.eventually('repaired', async () =>
      assert.equal((await platform.get(refs.alerts)).metadata.labels?.['role'], 'alert-rules'),
    );
    await platform.merge(refs.alerts, { metadata: { labels: { role: 'again' } } });
    await platform.eventually('repaired again', async () =>
      assert.equal((await platform.get(refs.alerts)).metadata.labels?.['role'], 'alert-rules'),
    );
    assert.equal(platform.metric('paused_resources', refs.alerts), 0);
    assert.ok(platform.logged(/Pause annotation removed by user/));
  }),
  scenario('a paused object may be given away: unmanaged ends the pause in the metrics', async (platform) => {
    await platform.startGolden();
    await platform.annotate(refs.service, { [annotation('reconcile-paused')]: 'true' });
    await platform.eventually('paused', () => assert.equal(platform.metric('paused_resources', refs.service), 1));
    await platform.annotate(refs.service, { [annotation('mode')]: 'unmanaged' });
    await platform.eventually('unmanaged', () => {
      assert.equal(platform.metric('paused_resources', refs.service), 0);
      assert.equal(platform.compliance(refs.service), undefined);
    });
  }),
];
