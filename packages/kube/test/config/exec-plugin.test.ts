import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type ClusterConfig, loadKubeconfig } from '@caretaker/kube';
import { VirtualClock } from '@caretaker/kube/testing';

const folder = mkdtempSync(join(tmpdir(), 'kube-exec-'));
after(() => rmSync(folder, { recursive: true }));

type Run = NonNullable<Parameters<typeof loadKubeconfig>[0]['run']>;
const apiVersion = 'client.authentication.k8s.io/v1';

function credential(status: object): string {
  return JSON.stringify({ apiVersion, kind: 'ExecCredential', status });
}

async function load(run: Run, clock = new VirtualClock(), plugin: object = {}): Promise<ClusterConfig> {
  const path = join(folder, 'config');
  const exec = { apiVersion, command: './bin/get-token', args: ['--cluster', 'x'], env: [{ name: 'REGION', value: 'eu' }], ...plugin };
  const cluster = {
    server: 'https://host',
    'certificate-authority-data': Buffer.from('CA').toString('base64'),
    extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'me' } }],
  };
  const content = {
    'current-context': 'm',
    contexts: [{ name: 'm', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: { exec } }],
  };
  writeFileSync(path, JSON.stringify(content));
  return loadKubeconfig({ clock, env: { PATH: '/bin' }, path, run });
}

test('the plugin is run with its arguments and environment, relative to the kubeconfig', async () => {
  const calls: { command: string; args: readonly string[]; env: Readonly<Record<string, string | undefined>> }[] = [];
  const config = await load(
    async (command, args, env) => {
      calls.push({ command, args, env });
      return { exitCode: 0, stdout: credential({ token: 'T' }), stderr: '' };
    },
    new VirtualClock(),
    { provideClusterInfo: true },
  );
  assert.deepEqual(await config.credentials.current(), { authorization: 'Bearer T' });
  assert.equal(calls[0]?.command, join(folder, 'bin/get-token'));
  assert.deepEqual(calls[0]?.args, ['--cluster', 'x']);
  assert.equal(calls[0]?.env['REGION'], 'eu');
  assert.equal(calls[0]?.env['PATH'], '/bin');
  assert.deepEqual(JSON.parse(calls[0]?.env['KUBERNETES_EXEC_INFO'] ?? ''), {
    apiVersion,
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      cluster: {
        server: 'https://host',
        'certificate-authority-data': Buffer.from('CA').toString('base64'),
        'insecure-skip-tls-verify': false,
        config: { audience: 'me' },
      },
    },
  });
});

test('one run serves all who wait, is kept until it expires, and comes again after a 401', async () => {
  const clock = new VirtualClock();
  let runs = 0;
  const config = await load(async () => {
    const expirationTimestamp = new Date(clock.now() + 3_600_000).toISOString();
    return { exitCode: 0, stdout: credential({ token: `T${++runs}`, expirationTimestamp }), stderr: '' };
  }, clock);
  const { credentials } = config;
  const [a, b] = await Promise.all([credentials.current(), credentials.current()]);
  assert.deepEqual([a, b], [{ authorization: 'Bearer T1' }, { authorization: 'Bearer T1' }]);
  await clock.advance(3_580_000);
  assert.deepEqual(await credentials.current(), { authorization: 'Bearer T1' });
  await clock.advance(11_000);
  assert.deepEqual(await credentials.current(), { authorization: 'Bearer T2' });
  assert.equal(await credentials.refresh({ authorization: 'Bearer T1' }), true, 'the rejected one was old already');
  assert.equal(runs, 2);
  assert.equal(await credentials.refresh({ authorization: 'Bearer T2' }), true);
  assert.deepEqual(await credentials.current(), { authorization: 'Bearer T3' });
});

test('a client certificate may come from the plugin', async () => {
  const status = { clientCertificateData: 'CERT', clientKeyData: 'KEY' };
  const config = await load(async () => ({ exitCode: 0, stdout: credential(status), stderr: '' }));
  assert.deepEqual(await config.credentials.current(), { clientCertificate: { cert: 'CERT', key: 'KEY' } });
});

test('each fault of a plugin is told with its hint, without what it printed on stdout', async () => {
  const cases: [Awaited<ReturnType<Run>>, RegExp][] = [
    [{ exitCode: 1, stdout: 'SECRET', stderr: 'first\nnot logged in\n' }, /failed \(exit 1\): not logged in/],
    [{ exitCode: -1, stdout: '', stderr: 'spawn ENOENT' }, /ENOENT/],
    [{ exitCode: 0, stdout: 'SECRET', stderr: '' }, /did not print JSON/],
    [{ exitCode: 0, stdout: '{"kind":"SECRET"}', stderr: '' }, /did not print an ExecCredential/],
    [{ exitCode: 0, stdout: credential({ clientCertificateData: 'SECRET' }), stderr: '' }, /neither a token nor/],
  ];
  for (const [result, message] of cases) {
    const config = await load(async () => result, new VirtualClock(), { installHint: 'install it' });
    await assert.rejects(Promise.resolve(config.credentials.current()), (error) => {
      assert.ok(error instanceof Error);
      assert.equal(Reflect.get(error, 'code'), 'KUBE_EXEC_FAILED');
      assert.match(error.message, message);
      assert.doesNotMatch(`${error.stack}${String(error.cause)}`, /SECRET/);
      return true;
    });
  }
});

test('a real program is run', async () => {
  const path = join(folder, 'real');
  const exec = { apiVersion, command: process.execPath, args: ['-e', `console.log(${JSON.stringify(credential({ token: 'real' }))})`] };
  const content = {
    'current-context': 'm',
    contexts: [{ name: 'm', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: 'https://h' } }],
    users: [{ name: 'u', user: { exec } }],
  };
  writeFileSync(path, JSON.stringify(content));
  const config = await loadKubeconfig({ clock: new VirtualClock(), path });
  assert.deepEqual(await config.credentials.current(), { authorization: 'Bearer real' });
});
