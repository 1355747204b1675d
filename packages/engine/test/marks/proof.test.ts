import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OwnerEvidence, proofOf } from '../../src/marks/proof.ts';
import { ownerNamed, tenantMarks } from '../support/world.ts';

const owner = ownerNamed('acme', 'ns', 'u-acme');
const labels = { 'kubernetes-tenants.org/tenant': 'acme', 'kubernetes-tenants.org/tenant-namespace': 'ns' };
const theirs = { 'kubernetes-tenants.org/tenant': 'beta', 'kubernetes-tenants.org/tenant-namespace': 'ns' };
const reference = (uid: string, kind = 'Tenant', group = 'operator.kubernetes-tenants.org') => ({
  uid,
  kind,
  group,
  name: 'x',
  controller: true,
});

const rows: readonly [name: string, evidence: Partial<OwnerEvidence>, knownUid: string | undefined, proof: string][] = [
  ['owner reference with our uid', { owners: [reference('u-acme')] }, undefined, 'ours'],
  ['tracking label pair', { labels }, undefined, 'ours'],
  ['half of the pair', { labels: { 'kubernetes-tenants.org/tenant': 'acme' } }, undefined, 'foreign'],
  ['nothing', {}, undefined, 'foreign'],
  ['nothing, but the inventory names its uid: marks were stripped', {}, 'u-1', 'ours'],
  ['nothing, and the inventory names another uid', {}, 'u-2', 'foreign'],
  ['reference to another Tenant', { owners: [reference('u-beta')] }, undefined, 'other'],
  [
    'our labels, but a reference to another Tenant (one of the same name before us)',
    { labels, owners: [reference('u-old')] },
    undefined,
    'other',
  ],
  ['labels of another Tenant', { labels: theirs }, undefined, 'other'],
  ['labels forged on an object that the inventory names', { labels: theirs }, 'u-1', 'ours'],
  ['controlled by something else', { owners: [reference('u-rs', 'Deployment', 'apps')] }, undefined, 'foreign'],
  ['released', { orphaned: true }, undefined, 'orphaned'],
  ['released, but claimed by another Tenant meanwhile', { orphaned: true, owners: [reference('u-beta')] }, undefined, 'other'],
];

for (const [name, evidence, knownUid, proof] of rows) {
  test(`proof of ownership: ${name} is ${proof}`, () => {
    const full: OwnerEvidence = { uid: 'u-1', labels: {}, owners: [], orphaned: false, ...evidence };
    assert.equal(proofOf(full, owner, tenantMarks, knownUid).type, proof);
  });
}

test('proof of ownership: a label that is the same for every owner names no other owner, whatever its value', () => {
  const marks = { ...tenantMarks, labels: () => ({ 'example.com/managed-by': 'us' }) };
  const evidence: OwnerEvidence = { uid: 'u-1', labels: { 'example.com/managed-by': 'me' }, owners: [], orphaned: false };
  assert.equal(proofOf(evidence, owner, marks, undefined).type, 'foreign');
  assert.equal(proofOf(evidence, owner, marks, 'u-1').type, 'ours');
});
