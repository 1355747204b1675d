import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { activeCustomers, createCustomerDatabase, sampleCustomers } from '../src/demo/customers.ts';
import { runSql } from '../src/demo/sql.ts';

const folder = mkdtempSync(join(tmpdir(), 'caretaker-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('N active customers with unique DNS labels, and a few inactive ones', () => {
  for (const count of [1, 25, 200]) {
    const customers = sampleCustomers(count);
    assert.equal(customers.filter((c) => c.active === 1).length, count);
    assert.ok(customers.some((c) => c.active === 0));
    assert.equal(new Set(customers.map((c) => c.id)).size, customers.length);
    for (const customer of customers) assert.match(customer.id, /^[a-z]([a-z0-9-]*[a-z0-9])?$/);
  }
});

test('names hold quotes, unicode, emoji and template syntax', () => {
  const names = sampleCustomers(25).map((c) => c.name);
  for (const wanted of ['"', "'", '株', '🚀', '{{', '\\'])
    assert.ok(
      names.some((name) => name.includes(wanted)),
      wanted,
    );
});

test('sql reads and writes the database and reports a bad statement with the columns there are', () => {
  const path = join(folder, 'customers.db');
  createCustomerDatabase(path, sampleCustomers(3));
  assert.deepEqual(runSql(path, "UPDATE customers SET active=0 WHERE id='acme'"), { text: '1 row changed', changes: 1 });
  assert.equal(activeCustomers(path), 2, 'what a restart waits for');
  assert.equal(runSql(path, "SELECT id, active FROM customers WHERE id='acme'").text, 'id    active\nacme  0');
  assert.throws(
    () => runSql(path, 'UPDATE customers SET enabled=0'),
    (error: unknown) =>
      error instanceof Error && /no such column: enabled/.test(error.message) && 'hint' in error && /replicas/.test(String(error.hint)),
  );
});
