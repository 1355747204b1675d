import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hyperConverged } from '../generate/contexts.ts';
import type { AssetEntry, Condition } from '../src/catalog/types.ts';
import { buildContext, type Context } from '../src/context/context.ts';
import { isSelected, readActivation, unknownNames } from '../src/gates/activation.ts';
import { evaluateConditions } from '../src/gates/conditions.ts';
import { excludingRule, readExclusions } from '../src/gates/exclusions.ts';
import { decideGate } from '../src/gates/gate.ts';
import { compileGlob } from '../src/gates/glob.ts';

const annotation = 'platform.kubevirt.io/autopilot';

function entry(overrides: Partial<AssetEntry> = {}): AssetEntry {
  return {
    name: 'swap-enable',
    path: 'x.yaml',
    phase: 1,
    install: 'always',
    component: '',
    reconcileOrder: 1,
    conditions: [],
    apiVersions: [],
    templateParams: {},
    line: 1,
    ...overrides,
  };
}

function contextOf(hco = hyperConverged()): Context {
  return buildContext({ hco, nodes: [], infrastructure: undefined, scheduler: undefined, images: { exporter: 'x' } });
}

const activations: [string, string | undefined, boolean, string[] | undefined][] = [
  ['absent (the runbook has no gate)', undefined, true, undefined],
  ['true', 'true', true, undefined],
  ['true in blanks', ' true\n', true, undefined],
  ['false', 'false', false, undefined],
  ['empty', '', false, undefined],
  ['blanks', '  ', false, undefined],
  ['commas only', ' , ,', false, undefined],
  ['one', 'swap-enable', true, ['swap-enable']],
  ['many in blanks', ' swap-enable , descheduler-loadaware,', true, ['swap-enable', 'descheduler-loadaware']],
  ['the HyperConverged', 'hco-golden-config', true, ['hco-golden-config']],
];
for (const [what, value, enabled, only] of activations) {
  test(`C-04: activation ${what}`, () => {
    const activation = readActivation(hyperConverged(value === undefined ? {} : { [annotation]: value }));
    assert.equal(activation.enabled, enabled);
    assert.deepEqual(activation.enabled ? activation.only && [...activation.only] : undefined, only);
  });
}

test('C-04: by name or group; the HyperConverged only by name; an unknown name selects nothing and is told', () => {
  const activation = readActivation(hyperConverged({ [annotation]: 'descheduler-loadaware,typo' }));
  assert.equal(isSelected(activation, { name: 'psi-enable', group: 'descheduler-loadaware' }), true);
  assert.equal(isSelected(activation, { name: 'swap-enable' }), false);
  assert.equal(isSelected(activation, { name: 'hco-golden-config', group: 'descheduler-loadaware' }), false);
  assert.deepEqual(unknownNames(activation, [{ name: 'psi-enable', group: 'descheduler-loadaware' }]), ['typo']);
});

const conditions: [Condition, boolean, boolean][] = [
  [{ type: 'annotation', key: 'a' }, true, false],
  [{ type: 'annotation', key: 'a', value: 'yes' }, true, false],
  [{ type: 'annotation', key: 'a', value: 'no' }, false, false],
  [{ type: 'feature-gate', value: 'CPUManager' }, true, false],
  [{ type: 'feature-gate', value: 'Off' }, false, false],
  [{ type: 'image', key: 'exporter' }, true, true],
  [{ type: 'image', key: 'other' }, false, false],
  [{ type: 'hco-field-unconfigured', path: 'spec.virtualization.ksmConfiguration' }, false, true],
  [{ type: 'hco-field-unconfigured', path: 'spec.empty' }, true, true],
  [{ type: 'hardware-detection', detector: 'gpuPresent' }, false, false],
  [{ type: 'topology', field: 'isHCP' }, false, false],
  [{ type: 'topology', field: 'isHCP', value: 'false' }, true, true],
  [{ type: 'topology', field: 'masterCount' }, false, false],
];
test('conditions, on a HyperConverged that has everything and on one without spec', () => {
  const full = hyperConverged(
    { a: 'yes' },
    {
      featureGates: [{ name: 'CPUManager' }, { name: 'Off', state: 'Disabled' }],
      virtualization: { ksmConfiguration: { x: 1 } },
      empty: {},
    },
  );
  const { spec: _, ...bare } = hyperConverged();
  for (const [condition, onFull, onBare] of conditions) {
    const asset = entry({ conditions: [condition] });
    assert.equal(evaluateConditions(asset, contextOf(full))[0]?.met, onFull, JSON.stringify(condition));
    assert.equal(
      evaluateConditions(asset, contextOf({ ...bare, apiVersion: full.apiVersion, kind: full.kind, metadata: bare.metadata }))[0]?.met,
      onBare,
      JSON.stringify(condition),
    );
  }
});

test('feature gates as v1beta1 has them: a map of booleans', () => {
  const context = contextOf(hyperConverged({}, { featureGates: { CPUManager: true, Other: false } }));
  assert.equal(evaluateConditions(entry({ conditions: [{ type: 'feature-gate', value: 'CPUManager' }] }), context)[0]?.met, true);
  assert.equal(evaluateConditions(entry({ conditions: [{ type: 'feature-gate', value: 'Other' }] }), context)[0]?.met, false);
});

test('a missing CRD is told only for an asset that is wanted', () => {
  const missing = [{ apiVersion: 'metallb.io/v1beta1', kind: 'MetalLB', crd: 'metallbs.metallb.io', state: 'missing' as const }];
  const optIn = entry({ install: 'opt-in', conditions: [{ type: 'annotation', key: 'want' }] });
  const on = readActivation(hyperConverged());
  assert.deepEqual(reason(decideGate(optIn, on, contextOf(), missing)), 'ConditionsNotMet');
  assert.deepEqual(reason(decideGate(optIn, on, contextOf(hyperConverged({ want: '' })), missing)), 'DependencyMissing');
  const off = readActivation(hyperConverged({ [annotation]: 'false' }));
  assert.deepEqual(reason(decideGate(optIn, off, contextOf(hyperConverged({ want: '' })), missing)), 'SwitchedOff');
});

test('S-10: a CRD without anybody who serves it is a fault, in the words that the runbook greps for', () => {
  const unserved = [{ apiVersion: 'metallb.io/v1beta1', kind: 'MetalLB', crd: 'metallbs.metallb.io', state: 'unserved' as const }];
  const decision = decideGate(entry(), readActivation(hyperConverged()), contextOf(), unserved);
  assert.ok(!decision.apply);
  assert.equal(decision.reason, 'KindNotServed');
  assert.match(decision.detail, /no matches for kind "MetalLB"/);
});

test('opt-in without conditions is never applied', () => {
  assert.equal(decideGate(entry({ install: 'opt-in' }), readActivation(hyperConverged()), contextOf(), []).apply, false);
});

function reason(decision: ReturnType<typeof decideGate>): string {
  return decision.apply ? 'apply' : decision.reason;
}

const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'virt-a', namespace: 'openshift-cnv' } };
const clusterScoped = { apiVersion: 'v1', kind: 'MachineConfig', metadata: { name: '90-swap' } };
const exclusions: [string, string, boolean, boolean, RegExp | undefined][] = [
  ['empty', '', false, false, undefined],
  ['one', '[{kind: Service, name: virt-a}]', true, false, undefined],
  ['kind is case-sensitive', '[{kind: service, name: virt-a}]', false, false, undefined],
  ['many', '- kind: Other\n  name: x\n- kind: MachineConfig\n  name: 90-swap\n', false, true, undefined],
  ['wildcards', '[{kind: Service, name: "virt-*"}]', true, false, undefined],
  ['question mark and class', '[{kind: Service, name: "virt-[a-c]"}, {kind: MachineConfig, name: "9?-swap"}]', true, true, undefined],
  ['namespace', '[{kind: Service, name: virt-a, namespace: "openshift-*"}]', true, false, undefined],
  ['another namespace', '[{kind: Service, name: virt-a, namespace: default}]', false, false, undefined],
  ['a malformed pattern names nothing', '[{kind: Service, name: "virt-[a"}]', false, false, undefined],
  ['bad YAML', '[{kind: Service', false, false, /not YAML/],
  ['not a list', 'Service/virt-a', false, false, /must be a YAML list/],
  ['missing kind', '[{name: virt-a}]', false, false, /has no kind/],
  [
    'missing name switches the good rule off as well',
    '[{kind: Service, name: virt-a}, {kind: Service}]',
    false,
    false,
    /rule 2 has no name/,
  ],
  ['an alias bomb', 'a: &a [x]\nb: [*a, *a]\n', false, false, /./],
];
for (const [what, text, namespaced, cluster, fault] of exclusions) {
  test(`C-09: exclusions: ${what}`, () => {
    const read = readExclusions(hyperConverged({ 'platform.kubevirt.io/disabled-resources': text }));
    assert.equal(excludingRule(read.rules, object) !== undefined, namespaced);
    assert.equal(excludingRule(read.rules, clusterScoped) !== undefined, cluster);
    if (fault === undefined) assert.equal(read.fault, undefined);
    else assert.match(read.fault ?? '', fault);
  });
}

test('C-09: globs as path.Match has them', () => {
  const cases: [string, string, boolean | undefined][] = [
    ['*', '', true],
    ['a*c', 'abbc', true],
    ['a?c', 'ac', false],
    ['[^a]x', 'bx', true],
    ['[^a]x', 'ax', false],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['a.c', 'abc', false],
    ['[', 'a', undefined],
    ['a\\', 'a', undefined],
    ['[z-a]', 'b', undefined],
  ];
  for (const [pattern, text, expected] of cases) assert.equal(compileGlob(pattern)?.(text), expected, `${pattern} on ${text}`);
});
