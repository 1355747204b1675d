import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { CONFIG_MAP, DEPLOYMENT, EVENT, POD, SECRET } from '../../src/workloads/machinery/kinds.ts';
import { nameOf } from '../../src/workloads/machinery/objects.ts';
import { integer, items, text } from '../../src/workloads/machinery/read.ts';
import { type Live, processDeployment, readyPods, startLive } from './live.ts';

let live: Live;
before(async () => {
  live = await startLive();
});
after(() => live.close());

const meta = (name: string) => ({ name, namespace: 'default' });

function withVolumes(deployment: KubeObject, volumes: unknown[], more: Record<string, unknown> = {}): KubeObject {
  const spec = deployment['spec'] as { template: { spec: Record<string, unknown> } };
  spec.template.spec = { ...spec.template.spec, volumes, ...more };
  return deployment;
}

test('volumes are files: in args, variables and exec their paths lead to them, and they follow their sources', async () => {
  await live.api.create({ ...CONFIG_MAP, metadata: meta('conf'), data: { 'a.txt': 'one', 'b.txt': 'two' } });
  await live.api.create({ ...SECRET, metadata: meta('keys'), stringData: { key: 'hidden' } });
  const code = `
    const { readFileSync, writeFileSync } = require('fs');
    const [out, ...files] = process.argv.slice(1);
    writeFileSync(out, files.map((file) => readFileSync(file, 'utf8')).join(' '));
    setInterval(() => {}, 1000);
  `;
  const mounts = [
    { name: 'conf', mountPath: '/etc/op' },
    { name: 'keys', mountPath: '/etc/op/keys' },
    { name: 'all', mountPath: '/var/all/' },
    { name: 'scratch', mountPath: '/tmp' },
  ];
  const container = {
    args: ['/tmp/out', '/etc/op/a.txt', '$(KEY_FILE)'],
    readinessProbe: { exec: { command: ['test', '-s', '/tmp/out'] }, periodSeconds: 1 },
    env: [{ name: 'KEY_FILE', value: '/etc/op/keys/renamed' }],
    volumeMounts: mounts,
  };
  const volumes = [
    { name: 'conf', configMap: { name: 'conf' } },
    { name: 'keys', secret: { secretName: 'keys', items: [{ key: 'key', path: 'renamed' }] } },
    {
      name: 'all',
      projected: {
        sources: [
          { configMap: { name: 'conf', items: [{ key: 'b.txt', path: 'deep/b' }] } },
          { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
          { serviceAccountToken: { path: 'token', audience: 'vault' } },
        ],
      },
    },
    { name: 'scratch', emptyDir: {} },
  ];
  await live.api.create(withVolumes(processDeployment('files', code, {}, container), volumes));
  const [pod] = await live.until(POD, readyPods('files', 1));
  assert.ok(pod);
  const name = nameOf(pod);
  const show = async (...argv: string[]): Promise<string> => (await live.exec(name, argv)).stdout;
  assert.equal(await show('cat', '/tmp/out'), 'one hidden');
  assert.equal(await show('cat', '/var/all/deep/b'), 'two');
  assert.match(await show('cat', '/var/all/labels'), /^app="files"\npod-template-hash="/);
  const claims: unknown = JSON.parse(Buffer.from((await show('cat', '/var/all/token')).split('.')[1] ?? '', 'base64url').toString());
  assert.deepEqual(items(claims, 'aud'), ['vault']);
  assert.equal(await show('sh', '-c', 'echo kept >/tmp/x; cat /tmp/x'), 'kept\n');
  assert.equal(await show('cat', '/var/run/secrets/kubernetes.io/serviceaccount/namespace'), 'default');

  await live.api.update({ ...CONFIG_MAP, metadata: meta('conf'), data: { 'a.txt': 'changed', 'c.txt': 'three' } });
  assert.equal(await show('cat', '/etc/op/a.txt', '/etc/op/c.txt'), 'changedthree');
  assert.doesNotMatch(await show('ls', '/etc/op'), /b\.txt/);
  await live.api.delete({ ...DEPLOYMENT, ...meta('files') });
});

test('hooks run after the start and before the end, and a last message is kept', async () => {
  const code = `
    const { appendFileSync } = require('fs');
    process.on('SIGTERM', () => { appendFileSync(process.env.MESSAGE, 'ended by ' + require('fs').readFileSync(process.env.NOTE, 'utf8')); process.exit(3); });
    setInterval(() => {}, 1000);
  `;
  const container = {
    env: [
      { name: 'MESSAGE', value: '/dev/termination-log' },
      { name: 'NOTE', value: '/notes/note' },
    ],
    volumeMounts: [{ name: 'notes', mountPath: '/notes' }],
    lifecycle: {
      postStart: { exec: { command: ['sh', '-c', 'printf begun >/notes/note'] } },
      preStop: { exec: { command: ['sh', '-c', 'printf " and stopped" >>/notes/note'] } },
    },
    livenessProbe: { exec: { command: ['test', '!', '-e', '/notes/stop'] }, periodSeconds: 1, failureThreshold: 1 },
  };
  await live.api.create(withVolumes(processDeployment('hooks', code, {}, container), [{ name: 'notes', emptyDir: {} }]));
  const [pod] = await live.until(POD, readyPods('hooks', 1));
  assert.ok(pod);
  await live.exec(nameOf(pod), ['touch', '/notes/stop']);
  const ended = await live.until(POD, (pods) =>
    pods.find((one) => nameOf(one) === nameOf(pod) && (integer(items(one, 'status', 'containerStatuses')[0], 'restartCount') ?? 0) > 0),
  );
  const last = items(ended, 'status', 'containerStatuses')[0];
  assert.equal(integer(last, 'lastState', 'terminated', 'exitCode'), 3);
  assert.equal(text(last, 'lastState', 'terminated', 'message'), 'ended by begun and stopped');
  await live.api.delete({ ...DEPLOYMENT, ...meta('hooks') });
});

test('a container whose start hook fails is killed and says so', async () => {
  const container = { lifecycle: { postStart: { exec: { command: ['sh', '-c', 'exit 4'] } } } };
  await live.api.create(processDeployment('bad-hook', 'setInterval(() => {}, 1000)', {}, container));
  const event = await live.until(EVENT, (events) => events.find((one) => one['reason'] === 'FailedPostStartHook'));
  assert.match(String(event['message']), /exited with 4/);
  await live.api.delete({ ...DEPLOYMENT, ...meta('bad-hook') });
});
