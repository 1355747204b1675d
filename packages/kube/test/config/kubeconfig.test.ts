import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { type ClusterConfig, loadKubeconfig } from '@caretaker/kube';
import { VirtualClock } from '@caretaker/kube/testing';

const folder = mkdtempSync(join(tmpdir(), 'kube-config-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
function write(content: unknown): string {
  const path = join(folder, `config-${files++}`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function kubeconfig(cluster: object = {}, user: object = {}, context: object = {}): object {
  return {
    'current-context': 'main',
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u', ...context } }],
    clusters: [{ name: 'c', cluster: { server: 'https://host:6443', ...cluster } }],
    users: [{ name: 'u', user }],
  };
}

const load = (content: unknown, context?: string): Promise<ClusterConfig> =>
  loadKubeconfig({ clock: new VirtualClock(), env: {}, path: write(content), ...(context === undefined ? {} : { context }) });

test('server, namespace, TLS and proxy are read', async () => {
  const config = await load(
    kubeconfig(
      {
        server: 'https://host:6443/prefix/',
        'certificate-authority-data': Buffer.from('CA').toString('base64'),
        'tls-server-name': 'other',
        'insecure-skip-tls-verify': true,
        'proxy-url': 'http://proxy:3128',
      },
      { token: 't' },
      { namespace: 'shop' },
    ),
  );
  assert.equal(config.server, 'https://host:6443/prefix');
  assert.equal(config.namespace, 'shop');
  assert.equal(await config.certificateAuthority(), 'CA');
  assert.equal(config.tlsServerName, 'other');
  assert.equal(config.insecureSkipTlsVerify, true);
  assert.equal(config.proxyUrl, 'http://proxy:3128');
  assert.deepEqual(await config.credentials.current(), { authorization: 'Bearer t' });
});

test('relative paths start at the folder of the file that names them', async () => {
  mkdirSync(join(folder, 'pki'), { recursive: true });
  for (const name of ['ca', 'cert', 'key', 'token']) writeFileSync(join(folder, 'pki', name), `${name}\n`);
  const config = await load(
    kubeconfig(
      { 'certificate-authority': 'pki/ca' },
      { 'client-certificate': 'pki/cert', 'client-key': 'pki/key', tokenFile: 'pki/token' },
    ),
  );
  assert.equal(await config.certificateAuthority(), 'ca');
  assert.deepEqual(await config.credentials.current(), { clientCertificate: { cert: 'cert', key: 'key' }, authorization: 'Bearer token' });
});

test('of several files the first one wins, and missing ones are passed over', async () => {
  const first = write({ contexts: [{ name: 'main', context: { cluster: 'c', user: 'u', namespace: 'first' } }] });
  const second = write(kubeconfig({}, { token: 'second' }, { namespace: 'second' }));
  const env = { KUBECONFIG: [join(folder, 'missing'), first, second].join(delimiter) };
  const config = await loadKubeconfig({ clock: new VirtualClock(), env });
  assert.equal(config.namespace, 'first');
  assert.deepEqual(await config.credentials.current(), { authorization: 'Bearer second' });
});

test('without KUBECONFIG the file in the home folder is read', async () => {
  mkdirSync(join(folder, '.kube'), { recursive: true });
  writeFileSync(join(folder, '.kube', 'config'), JSON.stringify(kubeconfig({ server: 'https://home' })));
  assert.equal((await loadKubeconfig({ clock: new VirtualClock(), env: { HOME: folder } })).server, 'https://home');
});

test('another context than the current one can be asked for', async () => {
  const content = {
    ...kubeconfig(),
    contexts: [
      { name: 'main', context: { cluster: 'x' } },
      { name: 'b', context: { cluster: 'c', user: 'u', namespace: 'b' } },
    ],
  };
  assert.equal((await load(content, 'b')).namespace, 'b');
});

test('YAML is read, basic auth and impersonation are understood', async () => {
  const config = await load(`
current-context: main
contexts: [{name: main, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "http://127.0.0.1:8001"}}]
users:
- name: u
  user:
    username: me
    password: "p:w"
    as: other
    as-uid: "7"
    as-groups: [a, b]
    as-user-extra: {scopes: [x, y]}
`);
  assert.deepEqual(await config.credentials.current(), { authorization: `Basic ${Buffer.from('me:p:w').toString('base64')}` });
  assert.deepEqual(config.impersonate, { user: 'other', uid: '7', groups: ['a', 'b'], extra: { scopes: ['x', 'y'] } });
});

test('each fault says what is wrong, and never quotes the file', async () => {
  const cases: [unknown, string, RegExp][] = [
    ['token: "SECRET\n  - broken', 'KUBE_CONFIG_INVALID', /is not YAML/],
    ['just text', 'KUBE_CONFIG_INVALID', /is not a mapping/],
    [{}, 'KUBE_CONFIG_INVALID', /no current-context/],
    [{ 'current-context': 'x' }, 'KUBE_CONFIG_INVALID', /context "x" does not exist/],
    [{ ...kubeconfig(), clusters: [] }, 'KUBE_CONFIG_INVALID', /cluster "c" of context "main" does not exist/],
    [{ ...kubeconfig(), users: [] }, 'KUBE_CONFIG_INVALID', /user "u" does not exist/],
    [kubeconfig({ server: 'host' }), 'KUBE_CONFIG_INVALID', /is not a URL/],
    [kubeconfig({ server: 'http://host' }), 'KUBE_CONFIG_PLAINTEXT', /is not https/],
    [kubeconfig({}, { 'auth-provider': { name: 'oidc' } }), 'KUBE_AUTH_UNSUPPORTED', /auth-provider "oidc"/],
    [
      kubeconfig({}, { exec: { apiVersion: 'client.authentication.k8s.io/v1alpha1', command: 'x' } }),
      'KUBE_AUTH_UNSUPPORTED',
      /speaks apiVersion/,
    ],
    [
      kubeconfig({}, { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'x', interactiveMode: 'Always' } }),
      'KUBE_AUTH_UNSUPPORTED',
      /terminal/,
    ],
  ];
  for (const [content, code, message] of cases) {
    await assert.rejects(load(content), (error) => {
      assert.ok(error instanceof Error);
      assert.equal(Reflect.get(error, 'code'), code);
      assert.match(error.message, message);
      assert.doesNotMatch(String(error.stack), /SECRET/);
      return true;
    });
  }
  await assert.rejects(loadKubeconfig({ clock: new VirtualClock(), env: {}, path: join(folder, 'missing') }), {
    code: 'KUBE_CONFIG_NOT_FOUND',
  });
  await assert.rejects(loadKubeconfig({ clock: new VirtualClock(), env: { KUBECONFIG: join(folder, 'missing') } }), {
    code: 'KUBE_CONFIG_NOT_FOUND',
  });
});

test('proxies of the environment are used unless NO_PROXY names the server', async () => {
  const proxyOf = async (server: string, noProxy: string): Promise<string | undefined> => {
    const env = { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: noProxy };
    return (await loadKubeconfig({ clock: new VirtualClock(), env, path: write(kubeconfig({ server })) })).proxyUrl;
  };
  assert.equal(await proxyOf('https://api.example.com', ''), 'http://proxy:3128');
  assert.equal(await proxyOf('https://127.0.0.1:6443', ''), undefined);
  for (const [server, noProxy, used] of [
    ['https://api.example.com', '.example.com', false],
    ['https://api.example.com', 'example.com', false],
    ['https://api.example.com', '*.example.com', false],
    ['https://apiexample.com', 'example.com', true],
    ['https://api.example.com:6443', 'api.example.com:6443', false],
    ['https://api.example.com', 'api.example.com:6443', true],
    ['https://10.96.0.1', '10.96.0.0/12', false],
    ['https://10.128.0.1', '10.96.0.0/12', true],
    ['https://10.128.0.1', '*', false],
  ] as const) {
    assert.equal((await proxyOf(server, noProxy)) !== undefined, used, `${server} with ${noProxy}`);
  }
});
