// Rule tests with promtool: the alerts as the golden asset has them.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { stringify } from 'yaml';
import { hyperConverged } from '../../packages/virt-platform-autopilot/generate/contexts.ts';
import { loadCatalog } from '../../packages/virt-platform-autopilot/src/catalog/load.ts';
import { shippedAssets } from '../../packages/virt-platform-autopilot/src/command/flags.ts';
import { buildContext } from '../../packages/virt-platform-autopilot/src/context/context.ts';
import { listAt, memberAt } from '../../packages/virt-platform-autopilot/src/json.ts';
import { Renderer } from '../../packages/virt-platform-autopilot/src/render/renderer.ts';

const promtool = execFileSync('bash', [join(import.meta.dirname, 'promtool.sh')], { encoding: 'utf8' }).trim();
const folder = mkdtempSync(join(tmpdir(), 'autopilot-alerts-'));
after(() => rmSync(folder, { recursive: true }));

const catalog = loadCatalog(shippedAssets);
const asset = catalog.assets.find((one) => one.entry.name === 'prometheus-alerts');
assert.ok(asset);
const context = buildContext({ hco: hyperConverged(), nodes: [], infrastructure: undefined, scheduler: undefined, images: {} });
const rules = join(folder, 'rules.yaml');
const spec = new Renderer(catalog.readAsset).render(asset, context).object?.['spec'];
writeFileSync(rules, stringify(spec, { lineWidth: 0 }));

const object = 'kind="Service",name="a",namespace="n"';
const ours = { operator: 'virt-platform-autopilot', kubernetes_operator_part_of: 'kubevirt', kubernetes_operator_component: 'autopilot' };
const warning = { ...ours, severity: 'warning', operator_health_impact: 'warning' };
const critical = { ...ours, severity: 'critical', operator_health_impact: 'critical' };
const labels = { kind: 'Service', name: 'a', namespace: 'n' };

/** Series in steps of 30 s; then when the alert must fire and when not. Values as promtool writes them: `0x29` is 30 zeros. */
interface Case {
  series: string;
  values: string;
  alert: string;
  labels: Record<string, string>;
  firing: readonly string[];
  quiet: readonly string[];
}

function holds({ series, values, alert, labels: expected, firing, quiet }: Case): void {
  const file = join(folder, 'test.yaml');
  const check = (at: string, fires: boolean): unknown => ({
    eval_time: at,
    alertname: alert,
    exp_alerts: fires ? [{ exp_labels: expected, exp_annotations: annotations(alert) }] : [],
  });
  const tests = [
    {
      interval: '30s',
      input_series: [{ series, values }],
      alert_rule_test: [...firing.map((at) => check(at, true)), ...quiet.map((at) => check(at, false))],
    },
  ];
  writeFileSync(file, stringify({ rule_files: [rules], evaluation_interval: '30s', tests }, { lineWidth: 0 }));
  const done = spawnSync(promtool, ['test', 'rules', file], { encoding: 'utf8' });
  assert.equal(done.status, 0, `${done.stdout}${done.stderr}`);
}

/** The alert's annotations with its labels filled in. */
function annotations(alert: string): Record<string, string> {
  const rule = listAt(spec, 'groups')
    .flatMap((group) => listAt(group, 'rules'))
    .find((one) => memberAt(one, 'alert') === alert);
  const kind = alert === 'VirtPlatformDependencyMissing' ? 'MetalLB' : labels.kind;
  const values: Record<string, string> = { ...labels, kind, group: 'metallb.io', version: 'v1beta1' };
  const filled = Object.entries(Object(memberAt(rule, 'annotations'))).map(([name, text]) => [
    name,
    String(text).replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => values[label] ?? ''),
  ]);
  return Object.fromEntries(filled);
}

test('promtool accepts the rules', () => {
  const done = spawnSync(promtool, ['check', 'rules', rules], { encoding: 'utf8' });
  assert.equal(done.status, 0, `${done.stdout}${done.stderr}`);
  assert.match(done.stdout, /4 rules found/);
});

const failed = {
  series: `virt_platform_compliance_status{${object}}`,
  alert: 'VirtPlatformSyncFailed',
  labels: { ...critical, ...labels },
};
test('S-04: SyncFailed fires after 15 minutes at 0 and clears with the next evaluation', () => {
  holds({ ...failed, values: '1x3 0x60 1x20', firing: ['17m', '30m'], quiet: ['16m30s', '33m'] });
});
test('S-04: 14 minutes at 0 do not fire', () => {
  holds({ ...failed, values: '0x28 1x60', firing: [], quiet: ['14m', '15m', '20m'] });
});
test('S-04: recovery at 10 minutes starts the time anew', () => {
  holds({ ...failed, values: '0x20 1x1 0x27 1x10', firing: [], quiet: ['10m', '15m', '24m', '26m'] });
});
test('S-05: a series that goes away (unmanaged) ends the alert', () => {
  holds({ ...failed, values: '0x40 stale', firing: ['18m'], quiet: ['21m'] });
});

const thrashing = { alert: 'VirtPlatformThrashingDetected', labels: { ...warning, ...labels } };
test('T-06: an edit war fires at once: more than 5 contested repairs in 10 minutes', () => {
  holds({
    ...thrashing,
    series: `virt_platform_thrashing_total{${object}}`,
    values: '0x10 9x60',
    firing: ['6m', '12m'],
    quiet: ['4m', '17m'],
  });
});
test('T-06: five contested repairs in 10 minutes do not', () => {
  holds({
    ...thrashing,
    series: `virt_platform_thrashing_total{${object}}`,
    values: '0x10 1x5 3x5 4x60',
    firing: [],
    quiet: ['6m', '9m', '12m'],
  });
});
test('T-06, T-07: a paused object fires, and clears when it is resumed', () => {
  holds({
    ...thrashing,
    series: `virt_platform_paused_resources{${object}}`,
    values: '0x3 1x20 0x20',
    firing: ['2m', '10m'],
    quiet: ['1m', '13m'],
  });
});

const dependency = {
  series: 'virt_platform_missing_dependency{group="metallb.io",version="v1beta1",kind="MetalLB"}',
  alert: 'VirtPlatformDependencyMissing',
  labels: { ...warning, group: 'metallb.io', version: 'v1beta1', kind: 'MetalLB' },
};
test('W-03: a missing dependency fires after 5 minutes and clears', () => {
  holds({ ...dependency, values: '0x3 1x20 0x20', firing: ['7m', '10m'], quiet: ['6m30s', '13m'] });
});

const tombstone = {
  series: `virt_platform_tombstone_status{${object}}`,
  alert: 'VirtPlatformTombstoneStuck',
  labels: { ...warning, ...labels },
};
test('K-06: a tombstone that is stuck or not ours fires after 30 minutes; one being deleted does not', () => {
  holds({ ...tombstone, values: '1x20 -1x80 0x20', firing: ['41m', '50m'], quiet: ['39m', '52m'] });
  holds({ ...tombstone, values: '-2x80', firing: ['31m'], quiet: ['29m'] });
  holds({ ...tombstone, values: '1x120', firing: [], quiet: ['31m', '55m'] });
});
