import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from '@caretaker/kube';
import { createFamilies } from '../src/metrics/families.ts';
import { type Situation, seriesRules } from '../src/metrics/situation.ts';
import { StatusMetrics } from '../src/metrics/status.ts';

const identity = { kind: 'Service', name: 'a', namespace: 'n' };

/** Every row as reference §5.2 and its recommendation have it, written out again by hand: situation, compliance, paused, duration kept, customization kept. */
const rows: [Situation, number | undefined, number | undefined, boolean, boolean][] = [
  ['Applied', 1, 0, true, true],
  ['InSync', 1, 0, true, true],
  ['Failed', 0, 0, true, true],
  ['KindNotServed', 0, 0, true, true],
  ['Throttled', 0, 0, true, true],
  ['Paused', 0, 1, true, true],
  ['Unmanaged', undefined, 0, true, true],
  ['Excluded', undefined, 0, true, true],
  ['NotSelected', undefined, undefined, false, false],
  ['ConditionsNotMet', undefined, undefined, false, false],
  ['DependencyMissing', undefined, undefined, false, false],
  ['NotApplicable', undefined, undefined, false, false],
  ['NamespaceMissing', undefined, undefined, false, false],
  ['SwitchedOff', undefined, undefined, false, false],
];

function setUp(): { metrics: StatusMetrics; value: (family: string) => number | undefined; text: () => string } {
  const registry = createMetrics();
  const metrics = new StatusMetrics(createFamilies(registry));
  const value = (family: string): number | undefined => {
    const line = registry
      .render()
      .split('\n')
      .find((one) => one.startsWith(`${family}{`) && one.includes('name="a"'));
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
  };
  return { metrics, value, text: () => registry.render() };
}

test('the table has a row per situation', () => {
  assert.deepEqual(rows.map(([situation]) => situation).sort(), Object.keys(seriesRules).sort());
});

for (const [situation, compliance, paused, duration, customization] of rows) {
  // From both extremes, so that "stays as it was" cannot pass for "is written".
  for (const before of ['Applied', 'Paused'] as const) {
    test(`situation ${situation} after ${before}: compliance ${compliance}, paused ${paused}`, () => {
      const { metrics, value } = setUp();
      metrics.report(identity, before);
      metrics.customizations(identity, ['patch']);
      metrics.duration(identity, 0.2);
      metrics.report(identity, situation);
      assert.equal(value('virt_platform_compliance_status'), compliance);
      assert.equal(value('virt_platform_paused_resources'), paused);
      assert.equal(value('virt_platform_reconcile_duration_seconds_count'), duration ? 1 : undefined);
      assert.equal(value('virt_platform_customization_info'), customization ? 1 : undefined);
      assert.equal(value('virt_platform_thrashing_total'), 0, 'the counter is there from the start');
    });
  }
}

test('one object never touches the series of another', () => {
  const { metrics, text } = setUp();
  const other = { ...identity, namespace: 'm' };
  metrics.report(identity, 'Applied');
  metrics.report(other, 'Failed');
  metrics.report(identity, 'SwitchedOff');
  assert.match(text(), /virt_platform_compliance_status\{kind="Service",name="a",namespace="m"\} 0\n/);
  assert.doesNotMatch(text(), /virt_platform_compliance_status\{kind="Service",name="a",namespace="n"\}/);
});

test('S-11, R-13: exposition has kind before name before namespace, integers, no time stamps', () => {
  const registry = createMetrics();
  const families = createFamilies(registry);
  const metrics = new StatusMetrics(families);
  metrics.report(identity, 'Applied');
  metrics.customizations(identity, ['ignore', 'patch']);
  families.missingDependency.set({ kind: 'MetalLB', group: 'metallb.io', version: 'v1beta1' }, 1);
  families.tombstone.set({ name: 'x', kind: 'UIPlugin', namespace: '' }, -2);
  metrics.contested(identity);
  const text = registry.render();
  assert.match(text, /^virt_platform_compliance_status\{kind="Service",name="a",namespace="n"\} 1$/m);
  assert.match(text, /^virt_platform_paused_resources\{kind="Service",name="a",namespace="n"\} 0$/m);
  assert.match(text, /^virt_platform_thrashing_total\{kind="Service",name="a",namespace="n"\} 1$/m);
  assert.match(text, /^virt_platform_customization_info\{kind="Service",name="a",namespace="n",type="ignore"\} 1$/m);
  assert.match(text, /^virt_platform_missing_dependency\{group="metallb.io",version="v1beta1",kind="MetalLB"\} 1$/m);
  assert.match(text, /^virt_platform_tombstone_status\{kind="UIPlugin",name="x",namespace=""\} -2$/m);
});

test('a metrics prefix mirrors every family, and the runbook names stay', () => {
  const registry = createMetrics();
  const metrics = new StatusMetrics(createFamilies(registry, 'kubevirt_autopilot'));
  metrics.report(identity, 'Failed');
  for (const prefix of ['virt_platform', 'kubevirt_autopilot']) {
    assert.match(registry.render(), new RegExp(`^${prefix}_compliance_status\\{.*\\} 0$`, 'm'));
  }
});
