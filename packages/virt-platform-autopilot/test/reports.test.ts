import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Happening } from '@caretaker/engine';
import { decideForce } from '../src/asset/force.ts';
import type { AssetState } from '../src/asset/report-state.ts';
import { transitions } from '../src/asset/transitions.ts';
import { RoundSummary } from '../src/controller/summary.ts';
import { messagesOf } from '../src/events/applied-events.ts';
import { decideTombstone, stuckAfterMs } from '../src/tombstone/decide.ts';

const state: AssetState = {
  situation: 'InSync',
  detail: '',
  identity: { kind: 'Service', name: 's', namespace: 'n' },
  customizations: [],
  invalidIgnoreFields: [],
};
const ref = { apiVersion: 'v1', kind: 'Service', namespace: 'n', name: 's' };

function reasons(before: AssetState | undefined, after: Partial<AssetState>, happenings: Partial<Happening>[] = []): string[] {
  const full = happenings.map((happening): Happening => ({ type: 'Applied', id: 'a', ref, message: '', ...happening }));
  return transitions('a', before, { ...state, ...after }, full).map((told) => told.reason);
}

const lasting: [AssetState['situation'], Partial<AssetState>, string[]][] = [
  ['InSync', {}, []],
  ['Unmanaged', {}, ['UnmanagedMode']],
  ['Excluded', {}, ['AssetExcluded']],
  ['DependencyMissing', { missing: 'x' }, ['CRDMissing']],
  ['KindNotServed', {}, ['KindNotServed']],
  ['NamespaceMissing', {}, ['NamespaceMissing']],
  ['Failed', { detail: 'denied', stage: 'apply' }, ['ApplyFailed']],
  ['Failed', { detail: 'no key', stage: 'render' }, ['RenderFailed']],
  ['InSync', { patch: { operations: 2, text: 'p' } }, ['PatchApplied']],
  ['InSync', { invalidPatch: 'sensitive' }, ['InvalidPatch']],
  ['InSync', { invalidIgnoreFields: ['a', 'b'] }, ['InvalidIgnoreFields', 'InvalidIgnoreFields']],
  ['NotSelected', {}, []],
  ['ConditionsNotMet', {}, []],
];
for (const [situation, more, expected] of lasting) {
  test(`an event when ${situation} ${JSON.stringify(more)} begins, none while it lasts`, () => {
    const after = { ...state, situation, ...more };
    assert.deepEqual(reasons(undefined, after), expected);
    assert.deepEqual(reasons(after, after), []);
    assert.deepEqual(reasons({ ...state, situation: 'Applied' }, after), expected);
  });
}

test('another cause of a failure is told', () => {
  const before = { ...state, situation: 'Failed' as const, detail: 'a', stage: 'apply' as const };
  assert.deepEqual(reasons(before, { ...before, detail: 'b' }), ['ApplyFailed']);
});

test('S-07, T-03: events of what was done, each once', () => {
  assert.deepEqual(reasons(state, {}, [{ type: 'Created' }]), ['AssetApplied']);
  assert.deepEqual(reasons(state, {}, [{ type: 'DriftRepaired' }]), ['DriftDetected', 'DriftCorrected', 'AssetApplied']);
  assert.deepEqual(reasons(state, { situation: 'Throttled' }, [{ type: 'Throttled' }]), ['Throttled']);
  assert.deepEqual(reasons(state, { situation: 'Paused' }, [{ type: 'EditWarPaused' }]), ['ThrashingDetected']);
  assert.deepEqual(reasons({ ...state, situation: 'Paused' }, { situation: 'Paused' }, []), []);
});

test('T-08: the event of an edit war names both remedies and the opponent', () => {
  const happening: Happening = { type: 'EditWarPaused', id: 'a', ref, message: 'changed by kubectl (Update)' };
  const [told] = transitions('a', state, { ...state, situation: 'Paused' }, [happening]);
  assert.match(told?.message ?? '', /kubectl \(Update\).*platform\.kubevirt\.io\/reconcile-paused.*platform\.kubevirt\.io\/mode=unmanaged/);
});

test('S-06: force-reconcile: a new value forces, the same value again only goes away', () => {
  assert.deepEqual(decideForce(undefined, undefined), { force: false, remove: false });
  assert.deepEqual(decideForce('1', undefined), { force: true, remove: true, value: '1' });
  assert.deepEqual(decideForce('1', '1'), { force: false, remove: true, value: '1' });
  assert.deepEqual(decideForce('2', '1'), { force: true, remove: true, value: '2' });
});

test('a round has succeeded when every asset was passed over and none failed; it is told once', () => {
  const round = new RoundSummary(['a', 'b']);
  assert.equal(round.passed('a', state), undefined, 'no round is open');
  round.begin();
  assert.equal(round.passed('a', state), undefined);
  assert.equal(round.passed('b', { ...state, situation: 'Failed' }), undefined);
  assert.deepEqual(round.passed('b', { ...state, situation: 'NotSelected' }), { applied: 1, total: 2 });
  assert.equal(round.passed('a', state), undefined);
  round.begin();
  round.passed('b', state);
  assert.deepEqual(round.passed('a', state), { applied: 2, total: 2 });
});

const label = { 'platform.kubevirt.io/managed-by': 'virt-platform-autopilot' };
const live = { apiVersion: 'v1', kind: 'UIPlugin', metadata: { name: 'x', uid: 'u', resourceVersion: '7', labels: label } };
test('K-01, K-02, K-03: a tombstone is absent, ours or somebody else’s', () => {
  assert.deepEqual(decideTombstone(undefined, 0), { action: 'none', status: 0 });
  assert.deepEqual(decideTombstone(live, 0), { action: 'delete', uid: 'u', resourceVersion: '7' });
  assert.deepEqual(decideTombstone({ ...live, metadata: { ...live.metadata, labels: {} } }, 0), { action: 'keep', status: -2 });
  const others = { 'platform.kubevirt.io/managed-by': 'somebody' };
  assert.deepEqual(decideTombstone({ ...live, metadata: { ...live.metadata, labels: others } }, 0), { action: 'keep', status: -2 });
});

test('a tombstone held by a finalizer is 1, then -1, and is not deleted again', () => {
  const deleting = { ...live, metadata: { ...live.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['a/b'] } };
  const start = Date.parse('2026-01-01T00:00:00Z');
  assert.deepEqual(decideTombstone(deleting, start + 1000), {
    action: 'wait',
    status: 1,
    finalizers: ['a/b'],
    stuck: false,
    againInMs: stuckAfterMs - 1000,
  });
  const later = decideTombstone(deleting, start + stuckAfterMs);
  assert.ok(later.action === 'wait');
  assert.equal(later.status, -1);
});

test('applied assets are told in as few events as hold them, each within the API’s limit', () => {
  assert.deepEqual(messagesOf([]), []);
  assert.deepEqual(messagesOf(['a (Service n/s)', 'b (UIPlugin u)']), ['Applied asset a (Service n/s), b (UIPlugin u)']);
  const many = messagesOf(Array.from({ length: 40 }, (_, at) => `asset-${at} (MachineConfig 99-openshift-machineconfig-worker-${at})`));
  assert.equal(many.join().split('MachineConfig').length - 1, 40);
  for (const message of many) assert.ok(message.length <= 1000);
});
