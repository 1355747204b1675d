import assert from 'node:assert/strict';
import { memberAt } from '../../src/json.ts';
import { annotation, refs } from './platform.ts';
import { type Scenario, scenario } from './world.ts';

const interval = ['spec', 'deschedulingIntervalSeconds'] as const;
const patch = JSON.stringify([{ op: 'replace', path: '/spec/deschedulingIntervalSeconds', value: 300 }]);

/** §7.3: user overrides. */
export const overrides: readonly Scenario[] = [
  scenario('O-01, O-02, O-03, B-04: a patch is in force, is defended, and ends with its annotation', async (platform) => {
    await platform.startGolden();
    const read = async (): Promise<unknown> => memberAt(await platform.get(refs.descheduler), ...interval);
    await platform.annotate(refs.descheduler, { [annotation('patch')]: patch });
    await platform.eventually('patched', async () => assert.equal(await read(), 300));
    await platform.eventually('told', async () => assert.equal(await platform.eventCount('PatchApplied', refs.descheduler), 1));
    assert.equal(platform.metric('customization_info', refs.descheduler, ',type="patch"'), 1);
    assert.equal(platform.series('virt_platform_customization_info').length, 1);
    assert.equal(memberAt(await platform.get(refs.descheduler), 'spec', 'mode'), 'Automatic', 'the rest is golden');
    await platform.merge(refs.descheduler, { spec: { deschedulingIntervalSeconds: 7 } });
    await platform.eventually('the patched value comes back', async () => assert.equal(await read(), 300));
    await platform.eventually('golden', () => assert.equal(platform.compliance(refs.descheduler), 1));
    await platform.annotate(refs.descheduler, { [annotation('patch')]: null });
    await platform.eventually('the golden value comes back', async () => assert.equal(await read(), 60));
    await platform.eventually('series gone', () => assert.equal(platform.series('virt_platform_customization_info').length, 0));
  }),
  scenario('O-04, O-05, O-06: patches that are refused: sensitive, forbidden, malformed; the golden state stays', async (platform) => {
    await platform.startGolden();
    const refused: [typeof refs.swap | typeof refs.descheduler, string, RegExp][] = [
      [refs.swap, '[{"op":"add","path":"/spec/kernelArguments","value":["x"]}]', /sensitive/],
      ...[
        '/metadata/name',
        '/metadata/namespace',
        '/status/conditions',
        '/apiVersion',
        '/kind',
        '/metadata/managedFields',
        '/metadata',
        '',
      ].map((path): [typeof refs.descheduler, string, RegExp] => [
        refs.descheduler,
        JSON.stringify([{ op: 'add', path, value: 'x' }]),
        /forbidden/,
      ]),
      [refs.descheduler, '{not json', /not JSON/],
    ];
    for (const [ref, text, reason] of refused) {
      const before = (await platform.get(ref))['spec'];
      await platform.annotate(ref, { [annotation('patch')]: text });
      await platform.eventually(`InvalidPatch for ${text}`, async () => {
        const events = await platform.events('InvalidPatch', ref);
        assert.ok(events.some((event) => reason.test(String(event['message']))));
      });
      assert.deepEqual((await platform.get(ref))['spec'], before);
    }
    await platform.allGolden();
    await platform.merge(refs.descheduler, { spec: { deschedulingIntervalSeconds: 7 } });
    await platform.eventually('still golden', async () => assert.equal(memberAt(await platform.get(refs.descheduler), ...interval), 60));
  }),
  scenario(
    'O-07, B-05: an ignored field keeps what users write, twice; without the annotation the golden value is back',
    async (platform) => {
      await platform.startGolden();
      const read = async (): Promise<unknown> => memberAt(await platform.get(refs.descheduler), ...interval);
      await platform.annotate(refs.descheduler, { [annotation('ignore-fields')]: '/spec/deschedulingIntervalSeconds' });
      await platform.eventually('counted', () =>
        assert.equal(platform.metric('customization_info', refs.descheduler, ',type="ignore"'), 1),
      );
      for (const value of [120, 180]) {
        await platform.merge(refs.descheduler, { spec: { deschedulingIntervalSeconds: value } });
        await platform.quiet(400);
        assert.equal(await read(), value);
      }
      await platform.merge(refs.descheduler, { spec: { mode: 'Predictive' } });
      await platform.eventually('a field that is not ignored is repaired', async () =>
        assert.equal(memberAt(await platform.get(refs.descheduler), 'spec', 'mode'), 'Automatic'),
      );
      assert.equal(await read(), 180);
      assert.equal(platform.compliance(refs.descheduler), 1);
      await platform.annotate(refs.descheduler, { [annotation('ignore-fields')]: null });
      await platform.eventually('golden value', async () => assert.equal(await read(), 60));
    },
  ),
  scenario('O-08: a pointer that is none is told, the others count', async (platform) => {
    await platform.startGolden();
    await platform.annotate(refs.descheduler, {
      [annotation('ignore-fields')]: 'spec/mode, /spec/deschedulingIntervalSeconds, /spec/mode/deeper',
    });
    await platform.eventually('told', async () => assert.equal(await platform.eventCount('InvalidIgnoreFields', refs.descheduler), 2));
    await platform.merge(refs.descheduler, { spec: { deschedulingIntervalSeconds: 120, mode: 'Predictive' } });
    await platform.eventually('mode repaired', async () =>
      assert.equal(memberAt(await platform.get(refs.descheduler), 'spec', 'mode'), 'Automatic'),
    );
    assert.equal(memberAt(await platform.get(refs.descheduler), ...interval), 120);
  }),
  scenario('O-10, B-06: unmanaged objects are left alone and have no compliance; managed again they are repaired', async (platform) => {
    await platform.startGolden();
    const all = [refs.service, refs.serviceMonitor, refs.alerts, refs.swap, refs.uiPlugin, refs.descheduler];
    for (const ref of all) await platform.annotate(ref, { [annotation('mode')]: 'unmanaged' });
    await platform.eventually('no compliance', () => {
      for (const ref of all) {
        assert.equal(platform.compliance(ref), undefined);
        assert.equal(platform.metric('paused_resources', ref), 0);
        assert.equal(platform.metric('customization_info', ref, ',type="unmanaged"'), 1);
      }
    });
    for (const ref of all) await platform.merge(ref, { metadata: { labels: { 'platform.kubevirt.io/managed-by': 'me' } } });
    await platform.quiet();
    for (const ref of all) assert.equal((await platform.get(ref)).metadata.labels?.['platform.kubevirt.io/managed-by'], 'me');
    for (const ref of all) await platform.annotate(ref, { [annotation('mode')]: null });
    await platform.allGolden();
    for (const ref of all) {
      assert.equal((await platform.get(ref)).metadata.labels?.['platform.kubevirt.io/managed-by'], 'virt-platform-autopilot');
      assert.equal(await platform.eventCount('UnmanagedMode', ref), 1);
    }
    assert.deepEqual(platform.series('virt_platform_customization_info'), []);
  }),
  scenario('O-10: managed again without any drift: its series is back at once, nothing is written', async (platform) => {
    await platform.startGolden();
    for (let round = 0; round < 2; round++) {
      await platform.annotate(refs.service, { [annotation('mode')]: 'unmanaged' });
      await platform.eventually('no compliance', () => assert.equal(platform.compliance(refs.service), undefined));
      await platform.annotate(refs.service, { [annotation('mode')]: null });
      await platform.eventually('golden', () => assert.equal(platform.compliance(refs.service), 1));
    }
  }),
  scenario('B-07: patch, ignored field and drift at once', async (platform) => {
    await platform.startGolden();
    await platform.annotate(refs.descheduler, {
      [annotation('patch')]: '[{"op":"replace","path":"/spec/evictionLimits/total","value":9}]',
      [annotation('ignore-fields')]: '/spec/deschedulingIntervalSeconds',
    });
    await platform.eventually('patched', async () =>
      assert.equal(memberAt(await platform.get(refs.descheduler), 'spec', 'evictionLimits', 'total'), 9),
    );
    await platform.merge(refs.descheduler, {
      spec: { deschedulingIntervalSeconds: 77, mode: 'Predictive', evictionLimits: { total: 1, node: 1 } },
    });
    await platform.eventually('each field as its rule says', async () => {
      const spec = (await platform.get(refs.descheduler))['spec'];
      assert.equal(memberAt(spec, 'mode'), 'Automatic');
      assert.deepEqual(memberAt(spec, 'evictionLimits'), { total: 9, node: 2 });
      assert.equal(memberAt(spec, 'deschedulingIntervalSeconds'), 77);
    });
  }),
];
