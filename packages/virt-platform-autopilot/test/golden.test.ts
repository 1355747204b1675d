import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { KubeObject } from '@caretaker/kube';
import { deschedulerCrd, deschedulerRules, goldenContexts, hyperConverged, viewOf } from '../generate/contexts.ts';
import { goldenFiles } from '../generate/golden.ts';
import { loadCatalog } from '../src/catalog/load.ts';
import { shippedAssets } from '../src/command/flags.ts';
import { buildContext } from '../src/context/context.ts';
import { listAt, memberAt, stringAt } from '../src/json.ts';
import { crdEnum, storageProfileRwxClass } from '../src/render/cluster-functions.ts';
import { type ClusterView, emptyClusterView } from '../src/render/cluster-view.ts';
import { Renderer, readObject } from '../src/render/renderer.ts';

const catalog = loadCatalog(shippedAssets);
const renderer = new Renderer(catalog.readAsset);

function render(name: string, hco: KubeObject = hyperConverged(), view: ClusterView = emptyClusterView): KubeObject {
  const asset = catalog.assets.find((one) => one.entry.name === name);
  assert.ok(asset);
  const context = buildContext({ hco, nodes: [], infrastructure: undefined, scheduler: undefined, images: {} });
  const { object } = renderer.render(asset, context, view);
  assert.ok(object);
  return object;
}

test('there are twelve contexts, and every asset is what its golden file says', () => {
  assert.equal(goldenContexts.length, 12);
  for (const [path, text] of goldenFiles(catalog)) {
    const file = join(import.meta.dirname, '..', '..', '..', path);
    assert.ok(existsSync(file), `${path} is missing: npm run generate`);
    assert.equal(text, readFileSync(file, 'utf8'), path);
  }
});

test('every rendering is the same twice, byte by byte: gzip holds no time', () => {
  assert.deepEqual(render('swap-enable'), render('swap-enable'));
  for (const file of listAt(render('swap-enable'), 'spec', 'config', 'storage', 'files').slice(1)) {
    const source = stringAt(file, 'contents', 'source') ?? '';
    const bytes = Buffer.from(source.slice(source.indexOf(',') + 1), 'base64');
    assert.equal(bytes.readUInt32LE(4), 0, 'the time in the header');
    const path = stringAt(file, 'path') ?? '';
    assert.equal(gunzipSync(bytes).toString(), catalog.readAsset(`nodes/scripts/${path.slice(path.lastIndexOf('/') + 1)}`));
  }
});

test('swap-enable: the kubelet drop-in, both scripts, units and slices', () => {
  const config = memberAt(render('swap-enable'), 'spec', 'config');
  assert.equal(stringAt(config, 'ignition', 'version'), '3.5.0');
  assert.deepEqual(
    listAt(config, 'storage', 'files').map((file) => [stringAt(file, 'path'), memberAt(file, 'mode')]),
    [
      ['/etc/openshift/kubelet.conf.d/90-swap.conf', 0o644],
      ['/usr/local/bin/kubevirt-tune-watermarks.py', 0o755],
      ['/usr/local/bin/kubevirt-io-latency-setup.py', 0o755],
    ],
  );
  const units = new Map(listAt(config, 'systemd', 'units').map((unit) => [stringAt(unit, 'name'), unit]));
  assert.match(
    stringAt(units.get('swap-disk-enable.service'), 'contents') ?? '',
    /swapon --priority 100 .*OCPSWAP[\s\S]*RequiredBy=kubelet-dependencies.target/,
  );
  assert.match(stringAt(units.get('ocpswap-file-enable.service'), 'contents') ?? '', /swapon --priority 10 \/var\/tmp\/ocpswap.file/);
  assert.match(JSON.stringify(units.get('system.slice')), /MemorySwapMax=0.*IOWeight=800.*CPUWeight=800/);
});

const generations: [string, string[], string, boolean][] = [
  ['4.17', ['LongLifecycle'], 'LongLifecycle', true],
  ['4.19', ['LongLifecycle', 'DevKubeVirtRelieveAndMigrate'], 'DevKubeVirtRelieveAndMigrate', false],
  ['4.21', ['LongLifecycle', 'DevKubeVirtRelieveAndMigrate', 'KubeVirtRelieveAndMigrate'], 'KubeVirtRelieveAndMigrate', false],
  ['unknown', [], 'DevKubeVirtRelieveAndMigrate', false],
];
for (const [generation, profiles, expected, background] of generations) {
  test(`R-01: descheduler of generation ${generation} gets profile ${expected}`, () => {
    const object = render('descheduler-loadaware', hyperConverged(), viewOf(profiles.length === 0 ? [] : [deschedulerCrd(profiles)]));
    assert.deepEqual(memberAt(object, 'spec', 'profiles'), [expected]);
    assert.equal(memberAt(object, 'spec', 'profileCustomizations', 'devEnableEvictionsInBackground'), background ? true : undefined);
  });
}

test('R-01: eviction limits from the HyperConverged: all, in part, none', () => {
  const limits = (live: Record<string, number>): unknown =>
    memberAt(
      render('descheduler-loadaware', hyperConverged({}, { virtualization: { liveMigrationConfig: live } })),
      'spec',
      'evictionLimits',
    );
  assert.deepEqual(limits({ parallelMigrationsPerCluster: 45, parallelOutboundMigrationsPerNode: 20 }), { total: 45, node: 20 });
  assert.deepEqual(limits({ parallelMigrationsPerCluster: 45 }), { total: 45, node: 2 });
  assert.deepEqual(memberAt(render('descheduler-loadaware'), 'spec', 'evictionLimits'), { total: 5, node: 2 });
});

test('R-01: the utilization profile follows the recording rules', () => {
  const profile = (view: ClusterView): unknown =>
    memberAt(render('descheduler-loadaware', hyperConverged(), view), 'spec', 'profileCustomizations', 'devActualUtilizationProfile');
  const both = 'descheduler:node:linear_amplified_ideal_point_positive_distance:k3:avg1m';
  assert.equal(profile(viewOf([deschedulerRules(['other', both])])), 'PrometheusCPUMemoryCombinedProfile');
  assert.equal(profile(viewOf([deschedulerRules(['other'])])), 'PrometheusCPUCombined');
  assert.equal(profile(emptyClusterView), undefined);
});

test('R-04: shared storage class: the first by name that offers it, or none', () => {
  const profile = (name: string, volumeMode: string, accessModes: string[]): KubeObject => ({
    apiVersion: 'cdi.kubevirt.io/v1beta1',
    kind: 'StorageProfile',
    metadata: { name },
    status: { claimPropertySets: [{ volumeMode, accessModes }] },
  });
  const offers = [
    profile('zeta', 'Filesystem', ['ReadWriteMany']),
    profile('block', 'Block', ['ReadWriteMany']),
    profile('beta', 'Filesystem', ['ReadWriteOnce', 'ReadWriteMany']),
    profile('alpha', 'Filesystem', ['ReadWriteOnce']),
  ];
  assert.equal(storageProfileRwxClass(viewOf(offers)), 'beta');
  assert.equal(storageProfileRwxClass(viewOf(offers.slice(1, 2))), '');
  assert.equal(storageProfileRwxClass(emptyClusterView), '');
});

test('R-05: incidents only with the annotation at exactly "true"', () => {
  const incidents = (value: string | undefined): unknown =>
    memberAt(
      render(
        'monitoring-ui-plugin',
        hyperConverged(value === undefined ? {} : { 'platform.kubevirt.io/enable-incident-detection': value }),
      ),
      'spec',
      'monitoring',
      'incidents',
    );
  assert.deepEqual(incidents('true'), { enabled: true });
  assert.equal(incidents('True'), undefined);
  assert.equal(incidents(undefined), undefined);
});

test('R-10: alerts keep their Prometheus templates, and scrapes keep their labels', () => {
  const rules = listAt(render('prometheus-alerts'), 'spec', 'groups').flatMap((group) => {
    assert.equal(memberAt(group, 'interval'), '30s');
    return listAt(group, 'rules');
  });
  assert.deepEqual(
    rules.map((rule) => [memberAt(rule, 'alert'), memberAt(rule, 'for'), memberAt(rule, 'labels', 'severity')]),
    [
      ['VirtPlatformSyncFailed', '15m', 'critical'],
      ['VirtPlatformThrashingDetected', undefined, 'warning'],
      ['VirtPlatformDependencyMissing', '5m', 'warning'],
      ['VirtPlatformTombstoneStuck', '30m', 'warning'],
    ],
  );
  assert.equal(memberAt(rules[0], 'expr'), 'virt_platform_compliance_status == 0');
  for (const rule of rules) {
    assert.match(stringAt(rule, 'annotations', 'summary') ?? '', /\{\{ \$labels\.kind \}\}/);
    assert.match(stringAt(rule, 'annotations', 'runbook_url') ?? '', new RegExp(`/${stringAt(rule, 'alert')}\\.md$`));
    assert.ok(existsSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'runbooks', `${stringAt(rule, 'alert')}.md`)));
  }
  assert.equal(memberAt(listAt(render('metrics-servicemonitor'), 'spec', 'endpoints')[0], 'honorLabels'), true);
});

test('R-14: kubelet settings, and a golden HyperConverged that overrides nothing', () => {
  const perf = render('kubelet-perf-settings');
  assert.equal(memberAt(perf, 'spec', 'kubeletConfig', 'nodeStatusMaxImages'), -1);
  assert.equal(memberAt(perf, 'spec', 'kubeletConfig', 'maxPods'), 500);
  assert.equal(memberAt(perf, 'spec', 'autoSizingReserved'), true);
  const custom = hyperConverged({}, { deployment: { nodePlacements: { infra: { maxPods: 750 } } } });
  assert.equal(memberAt(render('kubelet-perf-settings', custom), 'spec', 'kubeletConfig', 'maxPods'), 750);
  const cpu = memberAt(render('kubelet-cpu-manager'), 'spec', 'kubeletConfig');
  assert.equal(memberAt(cpu, 'cpuManagerPolicy'), 'static');
  assert.deepEqual(memberAt(cpu, 'cpuManagerPolicyOptions'), { 'full-pcpus-only': 'true' });
  assert.equal(memberAt(cpu, 'reservedSystemCPUs'), '0-1');
  assert.deepEqual(memberAt(render('hco-golden-config'), 'spec'), {});
});

test('assets of the platform follow the namespace of the HyperConverged', () => {
  const hco = hyperConverged();
  const elsewhere = { ...hco, metadata: { ...hco.metadata, namespace: 'kubevirt-hyperconverged' } };
  for (const name of [
    'metrics-service',
    'metrics-servicemonitor',
    'prometheus-alerts',
    'autopilot-dashboard',
    'descheduler-dashboard',
    'hco-golden-config',
  ]) {
    assert.equal(render(name, elsewhere).metadata.namespace, 'kubevirt-hyperconverged', name);
  }
});

test('dashboards: every layout item points at a panel, every panel is shown once', () => {
  for (const [name, panels] of [
    ['autopilot-dashboard', undefined],
    ['descheduler-dashboard', 17],
  ] as const) {
    const config = memberAt(render(name), 'spec', 'config');
    const ids = Object.keys(Object(memberAt(config, 'panels')));
    const shown = listAt(config, 'layouts').flatMap((layout) =>
      listAt(layout, 'spec', 'items').map((item) => (stringAt(item, 'content', '$ref') ?? '').replace('#/spec/panels/', '')),
    );
    assert.deepEqual([...shown].sort(), [...ids].sort(), name);
    if (panels !== undefined) assert.equal(ids.length, panels);
  }
});

test('what a template gives is one object, or nothing', () => {
  assert.equal(readObject('x', ''), undefined);
  assert.equal(readObject('x', '# only a comment\n'), undefined);
  assert.throws(() => readObject('x', 'a: 1\n---\nb: 2\n'), /holds 2 objects/);
  assert.throws(() => readObject('x', 'a: [1'), /not YAML/);
  assert.throws(() => readObject('x', 'a: 1'), /no apiVersion, kind and metadata/);
  assert.throws(() => readObject('x', 'apiVersion: v1\nkind: A\nmetadata: {}'), /no metadata.name/);
  const deep = `${'{"a":'.repeat(150)}1${'}'.repeat(150)}`;
  assert.throws(() => readObject('x', deep), /deeper than 100/);
});

test('a template that fails names file and line', () => {
  const asset = catalog.assets.find((one) => one.entry.name === 'psi-enable');
  assert.ok(asset);
  const broken = { ...asset, entry: { ...asset.entry, path: 'nodes/broken.yaml.tpl', templateParams: {} } };
  const context = buildContext({ hco: hyperConverged(), nodes: [], infrastructure: undefined, scheduler: undefined, images: {} });
  assert.throws(() => renderer.render(broken, context), /assets\/nodes\/broken.yaml.tpl:5.*no entry for key "role"/);
});

test('crdEnum: a plain field, a list, misses', () => {
  const view = viewOf([deschedulerCrd(['A', 'B'])]);
  assert.deepEqual(crdEnum(view, 'kubedeschedulers.operator.openshift.io', 'spec.profiles'), ['A', 'B']);
  assert.deepEqual(crdEnum(view, 'kubedeschedulers.operator.openshift.io', 'spec.nothing'), []);
  assert.deepEqual(crdEnum(view, 'others.example.com', 'spec.profiles'), []);
});
