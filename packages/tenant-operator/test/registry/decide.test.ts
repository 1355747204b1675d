import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { annotations, labels } from '../../src/api/names.ts';
import { decideSync, type SyncInput } from '../../src/registry/decide.ts';
import type { TemplateView } from '../../src/registry/draft.ts';
import { tenantName } from '../../src/registry/draft.ts';
import { type RawRow, registry, template, tenantOf, validRows } from './fixtures.ts';

const decide = (rows: RawRow[], over: Partial<SyncInput> = {}) =>
  decideSync({
    registry: registry(),
    rows: validRows(rows),
    templates: [template()],
    tenants: [],
    takenBy: () => undefined,
    now: 0,
    ...over,
  });

const rejections = (rows: RawRow[], over: Partial<SyncInput> = {}) =>
  decide(rows, over).rejected.map(({ row, message }) => `${row} ${message}`);

test('an active row becomes a Tenant named <uid>-<template> with labels, annotations and variables', () => {
  const [draft] = decide([{ customer_id: 'acme', domain: 'https://acme.example.com:8443/x' }]).creations;
  assert.equal(draft?.name, 'acme-web');
  assert.deepEqual(draft?.labels, { [labels.registry]: 'acme-saas', [labels.uid]: 'acme' });
  assert.deepEqual(draft?.annotations, { [annotations.uid]: 'acme', [annotations.host]: 'acme.example.com' });
  assert.deepEqual(draft?.spec.variables, { activate: '1', hostOrUrl: 'https://acme.example.com:8443/x', plan: 'pro' });
  assert.equal(draft?.spec.revision, 'web-1');
});

test('inactive rows, NULL among them, make no tenant', () => {
  const rows = ['0', 'false', 'no', null, '', 'on', '2', ' 1'].map((is_active, index) => ({ customer_id: `c${index}`, is_active }));
  assert.deepEqual(decide(rows).creations, []);
});

for (const value of ['1', 'true', 'TRUE', 'True', 'yes', 'YES', 'Yes'])
  test(`activate ${value} is active`, () => assert.equal(decide([{ customer_id: 'a', is_active: value }]).creations.length, 1));

test('a row without hostOrUrl is not dropped: its host is its uid', () => {
  const [draft] = decide([{ customer_id: 'acme', domain: null }]).creations;
  assert.equal(draft?.annotations[annotations.host], 'acme');
});

test('nothing to do is nothing done', () => {
  const decision = decide([{ customer_id: 'acme' }], { tenants: [tenantOf({ customer_id: 'acme' })] });
  assert.deepEqual([decision.creations, decision.updates, decision.removals, decision.desired], [[], [], [], 1]);
});

test('a changed row is a patch of the variables that changed and of nothing else', () => {
  const tenant = tenantOf({ customer_id: 'acme' });
  const [update] = decide([{ customer_id: 'acme', subscription_plan: 'free' }], { tenants: [tenant] }).updates;
  assert.deepEqual(update?.patch, { metadata: { uid: 't-acme' }, spec: { variables: { plan: 'free' } } });
  assert.deepEqual([update?.row, update?.revision], [true, false]);
});

test('a template change is a patch of the revision and its index', () => {
  const view = template({ revision: 'web-2' });
  const [update] = decide([{ customer_id: 'acme' }], { tenants: [tenantOf({ customer_id: 'acme' })], templates: [view] }).updates;
  assert.deepEqual(update?.patch, { metadata: { uid: 't-acme' }, spec: { revision: 'web-2' } });
});

test('trap 15: hand-made changes of uid and host on a registry-made Tenant are repaired', () => {
  const tenant = tenantOf({ customer_id: 'acme' }, template(), (object) => {
    object.metadata.annotations = {
      ...object.metadata.annotations,
      [annotations.uid]: 'evil',
      [annotations.host]: 'evil.example.com',
      mine: 'stays',
    };
    object.metadata.labels = { ...object.metadata.labels, [labels.uid]: 'evil' };
  });
  const [update] = decide([{ customer_id: 'acme' }], { tenants: [tenant] }).updates;
  assert.deepEqual(update?.patch, {
    metadata: {
      uid: 't-acme',
      labels: { [labels.uid]: 'acme' },
      annotations: { [annotations.uid]: 'acme', [annotations.host]: 'x.example.com' },
    },
  });
});

test('a spec.uid edited by hand is repaired and is no reason to remove the tenant', () => {
  const tenant = tenantOf({ customer_id: 'acme' }, template(), (object) => Object.assign(object['spec'] as object, { uid: 'other' }));
  const decision = decide([{ customer_id: 'acme' }], { tenants: [tenant] });
  assert.deepEqual(decision.removals, []);
  assert.deepEqual(decision.updates[0]?.patch?.['spec'], { uid: 'acme' });
});

test('a row that is gone or inactive is a removal', () => {
  const tenants = ['a', 'b', 'c'].map((customer_id) => tenantOf({ customer_id }));
  const decision = decide([{ customer_id: 'a' }, { customer_id: 'b', is_active: '0' }], { tenants });
  assert.deepEqual(
    decision.removals.map((tenant) => tenant.metadata.name),
    ['b-web', 'c-web'],
  );
});

test('bad input: a uid that is no DNS label is rejected by name, its neighbours are not', () => {
  const decision = decide([
    { customer_id: 'Ünï' },
    { customer_id: 'good' },
    { customer_id: 'a_b' },
    { customer_id: '{{ .x }}' },
    { customer_id: `it's "x"\n` },
  ]);
  assert.deepEqual(
    decision.creations.map((draft) => draft.name),
    ['good-web'],
  );
  assert.deepEqual(
    decision.rejected.map(({ row, reason }) => [row, reason]),
    [
      ['row customer_id="Ünï"', 'UidInvalid'],
      ['row customer_id="a_b"', 'UidInvalid'],
      ['row customer_id="{{ .x }}"', 'UidInvalid'],
      [`row customer_id="it's \\"x\\"\\n"`, 'UidInvalid'],
    ],
  );
  assert.equal(decision.removalsBlocked, false);
});

test('bad input: a NULL or empty uid is rejected by row number, and nothing is removed while it is there (trap 3)', () => {
  const decision = decide([{ customer_id: null }, { customer_id: '' }], { tenants: [tenantOf({ customer_id: 'acme' })] });
  assert.deepEqual(
    decision.rejected.map(({ row, message }) => `${row} ${message}`),
    [
      'row 1 column customer_id is NULL: give the row a uid or make it inactive; until then no tenant is removed',
      'row 2 column customer_id is empty: give the row a uid or make it inactive; until then no tenant is removed',
    ],
  );
  assert.equal(decision.removalsBlocked, true);
});

test('bad input: rows with one uid that differ are all rejected and keep the tenant as it is (trap 3)', () => {
  const tenant = tenantOf({ customer_id: 'acme' });
  const rows = [{ customer_id: 'acme', subscription_plan: 'a' }, { customer_id: 'acme', subscription_plan: 'b' }, { customer_id: 'other' }];
  const decision = decide(rows, { tenants: [tenant] });
  assert.deepEqual([decision.removals, decision.updates, decision.desired], [[], [], 2]);
  assert.deepEqual(
    decision.rejected.map(({ row, reason }) => [row, reason]),
    [
      ['row customer_id="acme"', 'UidDuplicate'],
      ['row customer_id="acme"', 'UidDuplicate'],
    ],
  );
});

test('an inactive row beside an active one with the same uid, and equal rows, are no duplicates', () => {
  const decision = decide([
    { customer_id: 'acme', is_active: '0', subscription_plan: 'old' },
    { customer_id: 'acme' },
    { customer_id: 'acme' },
  ]);
  assert.deepEqual([decision.creations.length, decision.rejected], [1, []]);
});

test('bad input: two uids that make one name: the tenant that exists keeps it, else neither gets it', () => {
  const templates: TemplateView[] = [template({ name: 'c', revision: 'c-1' }), template({ name: 'b-c', revision: 'b-c-1' })];
  const rows = [{ customer_id: 'a-b' }, { customer_id: 'a' }];
  const none = decide(rows, { templates });
  assert.deepEqual(none.creations.map((draft) => draft.name).sort(), ['a-b-b-c', 'a-c']);
  assert.deepEqual(
    none.rejected.map(({ reason }) => reason),
    ['NameCollision', 'NameCollision'],
  );
  const holder = tenantOf({ customer_id: 'a' }, templates[1]);
  const kept = decide(rows, { templates, tenants: [holder] });
  assert.deepEqual(kept.removals, []);
  assert.deepEqual(
    kept.rejected.map(({ row, message }) => `${row} ${message}`),
    [
      'row customer_id="a-b" with template c it makes the name a-b-c, as another row does with another template: rename the uid or the template',
    ],
  );
});

test('bad input: a name that somebody else has is left to them', () => {
  assert.deepEqual(rejections([{ customer_id: 'acme' }], { takenBy: () => 'registry other' }), [
    'row customer_id="acme" Tenant acme-web exists already and belongs to registry other: rename one of them',
  ]);
});

test('trap 13: a uid or a name beyond 63 characters is rejected with the reason', () => {
  const long = 'a'.repeat(60);
  assert.deepEqual(rejections([{ customer_id: long }, { customer_id: 'b'.repeat(64) }]), [
    `row customer_id="${'b'.repeat(64)}" uid has 64 characters, at most 63 fit into a label: shorten it`,
    `row customer_id="${long}" the tenant's name ${long}-web has 64 characters, at most 63 fit into a label: shorten the uid or the template's name`,
  ]);
});

test('bad input: a megabyte in a column rejects the row and names the column variable and the limit', () => {
  assert.deepEqual(rejections([{ customer_id: 'acme', subscription_plan: 'x'.repeat(1_000_000) }]), [
    'row customer_id="acme" variables hold 1000024 bytes, at most 262144 are allowed; the largest is plan with 1000000: shorten it or take it out of the mappings',
  ]);
});

test('text with template marks, quotes and newlines in a column is carried as it is', () => {
  const [draft] = decide([{ customer_id: 'acme', subscription_plan: '{{ .x }} "q"\n' }]).creations;
  assert.equal(draft?.spec.variables?.['plan'], '{{ .x }} "q"\n');
});

test('a template that has never been valid makes no tenant, and they are counted', () => {
  const decision = decide([{ customer_id: 'a' }, { customer_id: 'b' }], { templates: [template({ revision: undefined })] });
  assert.deepEqual([decision.creations.length, decision.withoutRevision, decision.desired], [0, 2, 2]);
});

test('maxSkew lets so many tenants be on their way at once', () => {
  const old = template();
  const tenants = ['a', 'b', 'c', 'd'].map((customer_id) => tenantOf({ customer_id }, old));
  const rows = ['a', 'b', 'c', 'd'].map((customer_id) => ({ customer_id }));
  const decision = decide(rows, { tenants, templates: [template({ revision: 'web-2', maxSkew: 2 })] });
  assert.deepEqual(
    decision.updates.filter((update) => update.revision).map((update) => update.tenant.metadata.name),
    ['a-web', 'b-web'],
  );
});

test('a tenant that was put on the revision and not looked at yet holds its place, however long it had been ready', () => {
  const view = template({ revision: 'web-2', maxSkew: 1 });
  const status = (observedGeneration: number) => ({
    observedGeneration,
    conditions: [{ type: 'Ready', status: 'True', reason: 'x', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }],
  });
  const first = tenantOf({ customer_id: 'a' }, view, (object) =>
    Object.assign(object, { status: status(1), metadata: { ...object.metadata, generation: 2 } }),
  );
  const second = tenantOf({ customer_id: 'b' }, template(), (object) => Object.assign(object, { status: status(1) }));
  const rows = [{ customer_id: 'a' }, { customer_id: 'b' }];
  const now = Date.parse('2026-11-20T12:00:00Z');
  assert.deepEqual(decide(rows, { tenants: [first, second], templates: [view], now }).updates, []);
});

test('a terminating Tenant is neither made again nor removed again', () => {
  const dying = tenantOf({ customer_id: 'a' }, template(), (object) => {
    object.metadata.deletionTimestamp = '2026-11-20T12:00:00Z';
  });
  const decision = decide([{ customer_id: 'a' }], { tenants: [dying] });
  assert.deepEqual([decision.creations, decision.updates, decision.removals, decision.desired], [[], [], [], 1]);
});

test('a decision carried out leaves nothing to decide, whatever the rows', () => {
  const uid = fc.constantFrom('a', 'a-b', 'b', 'b-c', 'c', 'Ü', '', 'x'.repeat(62));
  const row = fc.record({ customer_id: uid, is_active: fc.constantFrom('1', '0'), subscription_plan: fc.constantFrom('p', 'q') });
  const templates = [template({ name: 'c', revision: 'c-1' }), template({ name: 'b-c', revision: 'b-c-1' })];
  fc.assert(
    fc.property(fc.array(row, { maxLength: 8 }), fc.array(row, { maxLength: 8 }), (before, after) => {
      const first = decide(before, { templates });
      const made = first.creations.map((draft) => {
        const view = templates.find((candidate) => candidate.name === draft.spec.templateRef);
        const source = before.find((candidate) => candidate.customer_id === draft.uid && candidate.is_active === '1');
        assert.ok(view && source);
        return tenantOf(source, view);
      });
      const again = decide(before, { templates, tenants: made });
      assert.deepEqual([again.creations, again.updates, again.removals], [[], [], []]);
      const next = decide(after, { templates, tenants: made });
      const removed = new Set(next.removals.map((tenant) => tenant.metadata.name));
      for (const candidate of after)
        if (candidate.is_active === '1')
          for (const view of templates)
            assert.ok(
              !removed.has(tenantName(candidate.customer_id, view.name)) ||
                made.some(
                  (tenant) =>
                    tenant.metadata.name === tenantName(candidate.customer_id, view.name) && tenant.spec.uid !== candidate.customer_id,
                ),
            );
    }),
  );
});
