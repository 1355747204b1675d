import assert from 'node:assert/strict';
import { test } from 'node:test';
import { condition, rows, untilReady, world } from './world.ts';

test('rows become tenants, and tenants become ready children, in process and in virtual time', async () => {
  const it = await world({ rows: rows(3) });
  await untilReady(it, 3);
  assert.deepEqual(await it.tenants(), ['c0-web', 'c1-web', 'c2-web']);
  assert.equal(condition(await it.tenant('c0-web'), 'Ready'), 'True AllResourcesReady 2/2 ready');
  await it.close();
});
