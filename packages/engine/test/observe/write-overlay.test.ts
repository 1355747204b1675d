import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Digest } from '../../src/observe/digest.ts';
import { createDigester } from '../../src/observe/digester.ts';
import { WriteOverlay } from '../../src/observe/write-overlay.ts';
import { tenantMarks } from '../support/world.ts';

const digester = createDigester({ fieldManager: 'm', marks: tenantMarks, keepBody: false });
const at = (resourceVersion: string, uid = 'u1'): Digest =>
  digester({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', uid, resourceVersion } }).digest;

test('a cache that is older than our write is not believed, a newer one is', () => {
  const overlay = new WriteOverlay();
  const mine = at('10');
  overlay.wrote('k', mine);
  assert.equal(overlay.over('k', at('9'), '9'), mine);
  assert.equal(overlay.over('k', undefined, '9'), mine);
  const cached = at('10');
  assert.equal(overlay.over('k', cached, '10'), cached);
  assert.equal(overlay.size, 0, 'dropped once the cache has caught up');
});

test('versions compare as numbers, not as text', () => {
  const overlay = new WriteOverlay();
  const mine = at('100');
  overlay.wrote('k', mine);
  assert.equal(overlay.over('k', at('99'), '99'), mine);
});

test('an object that came and went before the cache saw it is gone once the cache is past our write', () => {
  const overlay = new WriteOverlay();
  overlay.wrote('k', at('10'));
  assert.equal(overlay.over('k', undefined, '11'), undefined);
  assert.equal(overlay.size, 0);
});

test('an accepted deletion makes the cached object one that is being deleted, but not its successor', () => {
  const overlay = new WriteOverlay();
  overlay.deleted('k', 'u1');
  assert.deepEqual(overlay.over('k', at('5'), '5')?.deleting, []);
  assert.equal(overlay.over('k', at('9', 'u2'), '9')?.deleting, undefined);
  assert.equal(overlay.size, 0);
});

test('the deletion event ends what we remembered of the object', () => {
  const overlay = new WriteOverlay();
  overlay.wrote('k', at('10'));
  overlay.sawDeletion('k', at('12'));
  assert.equal(overlay.over('k', undefined, '9'), undefined);
});
