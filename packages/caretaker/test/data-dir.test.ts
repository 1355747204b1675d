import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { dataDir, prepareDataDir } from '../src/demo/data-dir.ts';
import { runningDemo, takeLock } from '../src/demo/lock.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'caretaker-test-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a folder of a demo is emptied at the next start', () => {
  const dir = dataDir(join(root, 'demo'));
  prepareDataDir(dir, false);
  writeFileSync(dir.database, 'old');
  prepareDataDir(dir, false);
  assert.equal(existsSync(dir.database), false);
});

test('an empty folder that others may read is closed to them', { skip: process.platform === 'win32' }, () => {
  chmodSync(root, 0o755);
  const dir = dataDir(root);
  prepareDataDir(dir, false);
  assert.equal(statSync(dir.root).mode & 0o777, 0o700);
  assert.equal(statSync(dir.logs).mode & 0o777, 0o700);
});

test('with --persist what is there stays', () => {
  const dir = dataDir(join(root, 'demo'));
  prepareDataDir(dir, true);
  writeFileSync(dir.state, 'state');
  prepareDataDir(dir, true);
  assert.equal(existsSync(dir.state), true);
});

test('a folder with files of somebody else is refused and left as it is', () => {
  writeFileSync(join(root, 'thesis.txt'), 'years of work');
  assert.throws(() => prepareDataDir(dataDir(root), false), /holds files that no demo made/);
  assert.deepEqual(readdirSync(root), ['thesis.txt']);
});

test('a second demo in the same folder is told where the first one runs', () => {
  const dir = dataDir(root);
  // The parent of the test runner is alive for as long as this test runs and is not this process.
  writeFileSync(
    dir.lock,
    JSON.stringify({ pid: process.ppid, url: 'https://127.0.0.1:6443', kubeconfig: dir.kubeconfig, database: dir.database }),
  );
  const other = runningDemo(dir);
  if (other === undefined) return assert.fail('the lock of a living process counts');
  assert.throws(
    () => takeLock(dir, { ...other, pid: process.pid }),
    (error: unknown) =>
      error instanceof Error &&
      'hint' in error &&
      /--data-dir DIR/.test(String(error.hint)) &&
      /https:\/\/127.0.0.1:6443/.test(error.message),
  );
});

test('a lock of a process that is gone is stale', () => {
  const dir = dataDir(root);
  writeFileSync(dir.lock, JSON.stringify({ pid: 2 ** 30, url: '', kubeconfig: '', database: '' }));
  const release = takeLock(dir, { pid: process.pid, url: 'u', kubeconfig: 'k', database: 'd' });
  assert.equal(existsSync(dir.lock), true);
  release();
  assert.equal(existsSync(dir.lock), false);
});

test('a lock that was cut while being written belongs to nobody', () => {
  const dir = dataDir(root);
  writeFileSync(dir.lock, '{"pid": 1');
  assert.equal(runningDemo(dir), undefined);
});
