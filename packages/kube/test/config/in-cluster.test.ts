import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inClusterConfig, isInCluster } from '@caretaker/kube';
import { VirtualClock } from '@caretaker/kube/testing';

const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };

test('address, namespace, CA and token come from the pod; a rotated token is read after a minute, or at once after a 401', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'kube-pod-'));
  const write = (name: string, text: string): void => writeFileSync(join(directory, name), text);
  write('token', 'one\n');
  write('ca.crt', 'CA\n');
  write('namespace', 'shop');
  const clock = new VirtualClock();
  const config = await inClusterConfig({ clock, env, directory });
  assert.equal(config.server, 'https://[fd00::1]:443');
  assert.equal(config.namespace, 'shop');
  assert.equal(await config.certificateAuthority(), 'CA');
  assert.deepEqual(await config.credentials.current(), { authorization: 'Bearer one' });
  write('token', 'two');
  await clock.advance(59_000);
  assert.deepEqual(await config.credentials.current(), { authorization: 'Bearer one' });
  await clock.advance(1_000);
  assert.deepEqual(await config.credentials.current(), { authorization: 'Bearer two' });
  write('token', 'three');
  assert.equal(await config.credentials.refresh({ authorization: 'Bearer two' }), true);
  assert.deepEqual(await config.credentials.current(), { authorization: 'Bearer three' });
  assert.equal(await config.credentials.refresh({ authorization: 'Bearer three' }), false, 'nothing newer to try');
  rmSync(directory, { recursive: true });
  await clock.advance(120_000);
  assert.deepEqual(await config.credentials.current(), { authorization: 'Bearer three' }, 'the last token serves while the file is away');
});

test('outside a pod, and in a pod without a token, the error says what to do', async () => {
  const clock = new VirtualClock();
  assert.equal(isInCluster({}), false);
  assert.equal(isInCluster(env), true);
  await assert.rejects(inClusterConfig({ clock, env: {} }), { code: 'KUBE_CONFIG_NOT_FOUND', hint: /--kubeconfig/ });
  await assert.rejects(inClusterConfig({ clock, env, directory: '/nonexistent' }), {
    code: 'KUBE_CONFIG_NOT_FOUND',
    hint: /automountServiceAccountToken/,
  });
});
