import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { readHead } from '../src/catalog/head.ts';
import { lintCatalog } from '../src/catalog/lint.ts';
import { loadCatalog } from '../src/catalog/load.ts';
import { parseCatalog } from '../src/catalog/parse.ts';
import { shippedAssets } from '../src/command/flags.ts';
import { featureStatus } from '../src/debug/features.ts';
import { isRecord, memberAt } from '../src/json.ts';
import { parseTombstones } from '../src/tombstone/parse.ts';

const good = `assets:
  - name: hco-golden-config
    path: hco.yaml
    install: always
    reconcile_order: 0
  - name: a
    path: a.yaml
    install: always
excluded_assets: [hco-golden-config, a]
`;

function fault(text: string): string {
  try {
    lintCatalog('assets/catalog.yaml', parseCatalog('assets/catalog.yaml', text));
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.equal(Reflect.get(error, 'code'), 'CatalogInvalid');
    return error.message;
  }
  return '';
}

const faults: [string, string, RegExp][] = [
  [
    'a duplicate name',
    good.replace('name: a', 'name: hco-golden-config'),
    /^assets\/catalog.yaml:6: asset "hco-golden-config" is there twice; the first one is in line 2$/m,
  ],
  [
    'an unknown field',
    good.replace('    path: a.yaml', '    path: a.yaml\n    color: red'),
    /^assets\/catalog.yaml:8:5: an asset: unknown field "color"/m,
  ],
  ['a missing field', good.replace('    path: a.yaml\n', ''), /^assets\/catalog.yaml:6:5: an asset: field "path" is missing/m],
  [
    'a wrong choice',
    good.replace('path: a.yaml\n    install: always', 'path: a.yaml\n    install: sometimes'),
    /:8:14: asset "a": install must be one of always, opt-in, not "sometimes"/,
  ],
  [
    'a number that is none',
    good.replace('reconcile_order: 0', 'reconcile_order: first'),
    /:5:22: asset "hco-golden-config": reconcile_order must be a whole number/,
  ],
  [
    'order 0 for another',
    good.replace('name: a', 'name: a\n    reconcile_order: 0'),
    /:6: asset "a": reconcile_order 0 is kept for hco-golden-config/,
  ],
  [
    'opt-in without conditions',
    good.replace('path: a.yaml\n    install: always', 'path: a.yaml\n    install: opt-in'),
    /opt-in without conditions/,
  ],
  ['an unknown condition', good.replace('name: a', 'name: a\n    conditions: [{ type: weather }]'), /type must be one of annotation/],
  [
    'a condition without its field',
    good.replace('name: a', 'name: a\n    conditions: [{ type: annotation, value: x }]'),
    /field "key" is missing/,
  ],
  [
    'a gate nobody describes',
    good.replace('name: a', 'name: a\n    gate_crd: things.example.com'),
    /gate_crd things.example.com is not described under crds/,
  ],
  [
    'a CRD of another group',
    `crds: [{ name: x.example.com, apiVersion: other.io/v1, kind: X }]\n${good}`,
    /must be named <plural>.other.io/,
  ],
  ['an asset in no feature', good.replace(', a]', ']'), /asset "a" belongs to no feature/],
  ['a feature without assets', `${good}features: [{ name: F, description: d }]\n`, /feature "F" has no asset/],
  ['a feature of an unknown asset', `${good}features: [{ name: F, description: d, assets: [b] }]\n`, /names asset "b", which is not there/],
  ['no YAML at all', 'assets: [', /^assets\/catalog.yaml:1:/],
  ['several faults at once', good.replace('path: hco.yaml', 'pth: hco.yaml').replace('path: a.yaml', 'pth: a.yaml'), /:3:5:[\s\S]*:7:5:/],
];
for (const [what, text, message] of faults) {
  test(`R-08: catalog with ${what} is refused, with file and line`, () => assert.match(fault(text), message));
}

test('R-08: anchors and aliases may share conditions', () => {
  const text = good
    .replace('name: a', 'name: a\n    conditions: &c [{ type: annotation, key: k }]')
    .replace('excluded', '  - name: b\n    path: b.yaml\n    install: opt-in\n    conditions: *c\nexcluded')
    .replace(', a]', ', a, b]');
  const catalog = parseCatalog('c', text);
  assert.deepEqual(catalog.assets[2]?.conditions, [{ type: 'annotation', key: 'k', value: undefined }]);
});

test('R-08: the shipped catalog: unique names, every asset in a feature, opt-in assets have conditions', () => {
  const loaded = loadCatalog(shippedAssets);
  assert.equal(loaded.assets[0]?.entry.name, 'hco-golden-config');
  assert.equal(new Set(loaded.assets.map((asset) => asset.entry.name)).size, loaded.assets.length);
  assert.equal(loaded.tombstones.length, 2);
});

test('R-08: no boolean where the CRD wants a text', () => {
  const asset = loadCatalog(shippedAssets).assets.find((one) => one.entry.name === 'mtv-operator');
  const spec = memberAt(parse(asset?.text ?? ''), 'spec');
  assert.ok(isRecord(spec));
  for (const [name, value] of Object.entries(spec)) assert.equal(typeof value, 'string', name);
});

test('a catalog that names a file that is not there, and a template without a kind, are told together', () => {
  const folder = mkdtempSync(join(tmpdir(), 'autopilot-assets-'));
  try {
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    write('catalog.yaml', good);
    write('a.yaml', 'apiVersion: v1\nkind: {{ .X }}\n');
    write('tombstones/x.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n');
    assert.throws(
      () => loadCatalog(folder),
      /asset "hco-golden-config": there is no file assets\/hco.yaml[\s\S]*assets\/a.yaml: no top-level kind[\s\S]*tombstones\/x.yaml: label/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('readAsset never leaves the assets folder', () => {
  const { readAsset } = loadCatalog(shippedAssets);
  assert.equal(readAsset('../package.json'), undefined);
  assert.equal(readAsset('/etc/passwd'), undefined);
  assert.match(readAsset('nodes/scripts/90-swap.conf') ?? '', /LimitedSwap/);
});

test('the head of a template: what is literal, without being fooled by nested keys', () => {
  const text =
    '{{- if .X }}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a-{{ .Params.role }}\n  namespace: "openshift-x"\n  labels:\n    name: no\ndata:\n  kind: inner\n  x: |\n    kind: y\n{{- end }}\n';
  assert.deepEqual(readHead('a', text), { apiVersion: 'v1', kind: 'ConfigMap', name: undefined, namespace: 'openshift-x' });
  assert.throws(() => readHead('a', `${text}---\n${text}`), /holds one object/);
});

test('the feature list is derived from the catalog', () => {
  const features = featureStatus(loadCatalog(shippedAssets).catalog);
  const byName = (name: string) => features.find((feature) => feature.name === name);
  assert.equal(byName('SWAP')?.maturity, 'GA');
  assert.equal(byName('Kubelet Performance')?.optIn, 'platform.kubevirt.io/enable-kubelet-performance-settings=true');
  assert.equal(byName('CPU Manager')?.optIn, 'featureGate:CPUManager');
  assert.equal(byName('PCI Passthrough')?.optIn, 'platform.kubevirt.io/openshift=true, platform.kubevirt.io/enable-pci-passthrough=true');
  assert.deepEqual(
    features.map((feature) => feature.maturity),
    ['GA', 'GA', 'GA', 'TP', 'DP', 'DP', 'DP', 'DP'],
  );
});

const tombstoneFaults: [string, RegExp][] = [
  ['kind: A\nmetadata: {name: x}', /apiVersion is missing/],
  ['apiVersion: v1\nmetadata: {name: x}', /kind is missing/],
  ['apiVersion: v1\nkind: A', /metadata.name is missing/],
  ['apiVersion: v1\nkind: A\nmetadata: {name: x}', /label platform.kubevirt.io\/managed-by/],
  ['apiVersion: v1\nkind: A\nmetadata: {name: x, labels: {platform.kubevirt.io/managed-by: somebody}}', /label/],
  ['', /is empty|is missing/],
];
test('K-05: tombstone files need apiVersion, kind, name and the label', () => {
  for (const [text, message] of tombstoneFaults) assert.throws(() => parseTombstones('tombstones/x.yaml', text), message);
});
