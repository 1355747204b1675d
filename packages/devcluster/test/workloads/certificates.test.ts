import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { request as httpsRequest } from 'node:https';
import { type TestContext, test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { startDevCluster } from '../../src/start-dev-cluster.ts';
import { readCertificateRequest } from '../../src/tls/certificate-request.ts';
import { issueCertificate, makeServingCertificates } from '../../src/tls/certificates.ts';
import { type Der, der } from '../../src/tls/der.ts';
import { CERTIFICATE_SIGNING_REQUEST } from '../../src/workloads/machinery/kinds.ts';
import { items, text } from '../../src/workloads/machinery/read.ts';
import { CN, clientKey, key, O, random, requestPem } from './signing.ts';
import { makeWorld } from './world.ts';

const dns = (name: string): Der => der(0x82, Buffer.from(name));

function csr(name: string, pem: string, spec: Record<string, unknown>): KubeObject {
  return { ...CERTIFICATE_SIGNING_REQUEST, metadata: { name }, spec: { request: Buffer.from(pem).toString('base64'), ...spec } };
}

const approved = (object: KubeObject): KubeObject => ({
  ...object,
  status: { conditions: [{ type: 'Approved', status: 'True', reason: 'Test', message: '' }] },
});

test('approved requests are signed for what they ask, or fail and say why', async () => {
  const world = await makeWorld();
  const rows: [signer: string, pem: string, usages: string[], outcome: RegExp][] = [
    ['kube-apiserver-client', requestPem({ [CN]: ['jane'], [O]: ['ops', 'devs'] }), ['client auth'], /^O=ops \+ O=devs\nCN=jane$/],
    [
      'kube-apiserver-client',
      requestPem({ [CN]: ['jane'] }),
      ['client auth', 'server auth'],
      /^invalid usage for client certificate: server auth$/,
    ],
    [
      'kube-apiserver-client',
      requestPem({ [CN]: ['jane'] }),
      ['digital signature'],
      /^missing required usage for client certificate: client auth$/,
    ],
    [
      'kubelet-serving',
      requestPem({ [CN]: ['system:node:a'], [O]: ['system:nodes'] }, [dns('a')]),
      ['digital signature', 'server auth'],
      /CN=system:node:a$/,
    ],
    [
      'kubelet-serving',
      requestPem({ [CN]: ['system:node:a'], [O]: ['system:nodes'] }),
      ['digital signature', 'server auth'],
      /^DNS or IP subjectAltName is required$/,
    ],
    [
      'kubelet-serving',
      requestPem({ [CN]: ['system:node:a'], [O]: ['system:nodes'] }, [dns('a')]),
      ['server auth'],
      /^usages did not match \[digital signature key encipherment server auth\]$/,
    ],
    [
      'kubelet-serving',
      requestPem({ [CN]: ['a'], [O]: ['system:nodes'] }, [dns('a')]),
      ['digital signature', 'server auth'],
      /^subject common name does not begin with system:node:$/,
    ],
    [
      'kube-apiserver-client-kubelet',
      requestPem({ [CN]: ['system:node:a'], [O]: ['nodes'] }),
      ['digital signature', 'client auth'],
      /^subject organization is not system:nodes$/,
    ],
    [
      'kube-apiserver-client-kubelet',
      requestPem({ [CN]: ['system:node:a'], [O]: ['system:nodes'] }, [dns('a')]),
      ['digital signature', 'client auth'],
      /^DNS subjectAltNames are not allowed$/,
    ],
  ];
  for (const [index, [signer, pem, usages, outcome]] of rows.entries()) {
    const made = await world.api.create(csr(`r${index}`, pem, { signerName: `kubernetes.io/${signer}`, usages, expirationSeconds: 3600 }));
    await world.api.update(approved(made), { subresource: 'approval' });
    await world.pass(1);
    const done = world.api.peek({ ...CERTIFICATE_SIGNING_REQUEST, name: `r${index}` });
    const certificate = Buffer.from(text(done, 'status', 'certificate'), 'base64').toString();
    const failed = items(done, 'status', 'conditions').find((one) => text(one, 'type') === 'Failed');
    assert.match(failed === undefined ? new X509Certificate(certificate).subject : text(failed, 'message'), outcome, `row ${index}`);
    if (failed !== undefined) continue;
    const read = new X509Certificate(certificate);
    assert.ok(read.checkPrivateKey(key.privateKey) && read.verify(new X509Certificate(world.cluster.caPem).publicKey));
    assert.equal(Date.parse(read.validTo) - Date.parse(read.validFrom), 65 * 60_000, 'an hour, begun five minutes ago');
    if (signer === 'kubelet-serving') assert.equal(read.subjectAltName, 'DNS:a');
  }
  await world.close();
});

test("a kubelet's own request is approved when it may ask, and left alone otherwise", async () => {
  const world = await makeWorld();
  const pem = requestPem({ [CN]: ['system:node:a'], [O]: ['system:nodes'] });
  const spec = { signerName: 'kubernetes.io/kube-apiserver-client-kubelet', usages: ['digital signature', 'client auth'] };
  const kubelet = world.cluster.api({ username: 'system:node:a', groups: ['system:nodes', 'system:authenticated'] });
  await world.api.create({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'renewals' },
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: 'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient',
    },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:nodes' }],
  });
  await kubelet.create(csr('own', pem, spec));
  await kubelet.create(csr('other', requestPem({ [CN]: ['system:node:b'], [O]: ['system:nodes'] }), spec));
  await world.pass(1);
  const conditions = (name: string): readonly unknown[] =>
    items(world.api.peek({ ...CERTIFICATE_SIGNING_REQUEST, name }), 'status', 'conditions');
  assert.equal(text(conditions('own')[0], 'message'), 'Auto approving self kubelet client certificate after SubjectAccessReview.');
  assert.deepEqual(conditions('other'), []);
  await world.close();
});

test('requests are collected an hour after they were decided upon, and a day after they were made', async () => {
  const world = await makeWorld();
  const spec = { signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'], expirationSeconds: 1200 };
  const pem = requestPem({ [CN]: ['jane'] });
  const there = (): string[] => world.api.list(CERTIFICATE_SIGNING_REQUEST).map((one) => one.metadata.name ?? '');
  const decide = async (name: string, type: string, more: Record<string, unknown> = {}): Promise<void> => {
    const made = await world.api.create(csr(name, pem, { ...spec, ...more }));
    const status = { conditions: [{ type, status: 'True', reason: 'Test', message: '' }] };
    await world.api.update({ ...made, status }, { subresource: 'approval' });
  };
  await world.api.create(csr('open', pem, spec));
  await decide('denied', 'Denied');
  await decide('short', 'Approved');
  await decide('long', 'Approved', { expirationSeconds: 86_400 });
  await decide('foreign', 'Approved', { signerName: 'example.com/other' });
  await world.pass(1100);
  assert.deepEqual(there(), ['denied', 'foreign', 'long', 'open', 'short']);
  await world.pass(200);
  assert.deepEqual(there(), ['denied', 'foreign', 'long', 'open'], 'a certificate that has ended');
  await world.pass(2400);
  assert.deepEqual(there(), ['foreign', 'open']);
  await world.pass(86_400);
  assert.deepEqual(there(), []);
  await world.close();
});

test('a request that is not signed by its own key is refused', async () => {
  const world = await makeWorld();
  const stranger = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
  const spec = { signerName: 'example.com/any', usages: ['client auth'] };
  await assert.rejects(world.api.create(csr('forged', requestPem({ [CN]: ['jane'] }, [], stranger), spec)), /ECDSA verification failure/);
  await world.close();
});

test('a client certificate says who asks', async (context: TestContext) => {
  const running = await startDevCluster({});
  context.after(() => running.close());
  const { caPem, caKeyPem } = running.cluster.certificates;
  assert.ok(caKeyPem !== undefined);
  const hour = { notBefore: Date.now() - 60_000, notAfter: Date.now() + 3_600_000 };
  const made = (subject: Record<string, string[]>, usages: string[], authority = { caPem, caKeyPem }): string =>
    issueCertificate(authority, readCertificateRequest(requestPem(subject)), { usages, ...hour }, random);
  const other = makeServingCertificates(Date.now(), random, []);
  const alien = { caPem: other.caPem, caKeyPem: other.caKeyPem ?? '' };
  const admin = `Bearer ${running.adminToken}`;
  const jane = { [CN]: ['jane'], [O]: ['devs', 'ops'] };
  // as a real kube-apiserver 1.36.3 with --client-ca-file answers
  const rows: [what: string, certificate: string | undefined, authorization: string | undefined, user: string | number][] = [
    ['a certificate', made(jane, ['client auth']), undefined, 'jane ops,devs,system:authenticated'],
    ['it counts before a token', made(jane, ['client auth']), admin, 'jane ops,devs,system:authenticated'],
    ['it counts before a bad token', made(jane, ['client auth']), 'Bearer bad', 'jane ops,devs,system:authenticated'],
    ['one for servers', made(jane, ['server auth']), undefined, 401],
    ['one of another authority', made(jane, ['client auth'], alien), undefined, 401],
    ['the token beside it', made(jane, ['client auth'], alien), admin, 'admin system:masters,system:authenticated'],
    ['a bad token beside it', made(jane, ['client auth'], alien), 'Bearer bad', 401],
    ['one that names nobody', made({ [O]: ['devs'] }, ['client auth']), undefined, 403],
    ['none', undefined, undefined, 403],
  ];
  for (const [what, cert, authorization, user] of rows) {
    const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });
    const answer = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      const outgoing = httpsRequest(
        `${running.url}/apis/authentication.k8s.io/v1/selfsubjectreviews`,
        {
          method: 'POST',
          ca: running.caPem,
          agent: false,
          ...(cert === undefined ? {} : { cert, key: clientKey }),
          headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
        },
        (response) => {
          let read = '';
          response.setEncoding('utf8').on('data', (chunk: string) => {
            read += chunk;
          });
          response.once('end', () => resolve({ status: response.statusCode ?? 0, body: read }));
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
    const info = answer.status === 201 ? (JSON.parse(answer.body) as unknown) : undefined;
    const said =
      info === undefined
        ? answer.status
        : `${text(info, 'status', 'userInfo', 'username')} ${items(info, 'status', 'userInfo', 'groups').join()}`;
    assert.equal(said, user, what);
    if (!said.toString().startsWith('jane')) continue;
    const id = items(info, 'status', 'userInfo', 'extra', 'authentication.kubernetes.io/credential-id')[0];
    assert.equal(id, `X509SHA256=${new X509Certificate(cert ?? '').fingerprint256.replaceAll(':', '').toLowerCase()}`);
  }
});
