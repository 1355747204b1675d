import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { choosePort, portOfLastTime } from '../src/demo/port.ts';

const folder = mkdtempSync(join(tmpdir(), 'caretaker-port-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('the port of the last time stands in the kubeconfig', () => {
  const kubeconfig = join(folder, 'kubeconfig');
  assert.equal(portOfLastTime(kubeconfig), undefined);
  writeFileSync(kubeconfig, 'clusters:\n  - name: devcluster\n    cluster:\n      server: https://127.0.0.1:45678\n');
  assert.equal(portOfLastTime(kubeconfig), 45_678);
});

test('a kept cluster comes back to its port, unless somebody else is there or another is asked for', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const { port } = address;
  assert.equal(await choosePort(undefined, port), 0);
  server.close();
  await once(server, 'close');
  assert.equal(await choosePort(undefined, port), port);
  assert.equal(await choosePort(1234, port), 1234);
  assert.equal(await choosePort(undefined, undefined), 0);
});
