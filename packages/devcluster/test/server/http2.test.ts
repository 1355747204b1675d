import assert from 'node:assert/strict';
import { type ClientHttp2Session, connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { test } from 'node:test';
import { startDevCluster } from '../../src/start-dev-cluster.ts';
import { readCertificateRequest } from '../../src/tls/certificate-request.ts';
import { issueCertificate } from '../../src/tls/certificates.ts';
import { CN, clientKey, random, requestPem } from '../workloads/signing.ts';

interface Reply {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers, { endStream: body === undefined });
    let heard: IncomingHttpHeaders = {};
    let text = '';
    stream.once('response', (received) => {
      heard = received;
    });
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    stream.once('error', reject);
    stream.once('end', () => resolve({ status: Number(heard[':status']), headers: heard, body: text }));
    if (body !== undefined) stream.end(body);
  });
}

test('clients that offer HTTP/2 get everything on one connection', async (context) => {
  const running = await startDevCluster({});
  const session = connect(running.url, { ca: running.caPem });
  context.after(async () => {
    session.close();
    await running.close();
  });
  const authorization = `Bearer ${running.adminToken}`;
  const get = (path: string, more: OutgoingHttpHeaders = {}): Promise<Reply> => ask(session, { ':path': path, authorization, ...more });
  const create = (name: string): Promise<Reply> =>
    ask(
      session,
      { ':path': '/api/v1/namespaces/default/configmaps', ':method': 'POST', authorization, 'content-type': 'application/json' },
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { large: 'x'.repeat(200_000) } }),
    );

  // a watch that begins before what it sees, and ends by itself
  const empty = JSON.parse((await get('/api/v1/namespaces/default/configmaps')).body) as { metadata: { resourceVersion: string } };
  const from = empty.metadata.resourceVersion;
  const watch = get(`/api/v1/namespaces/default/configmaps?watch=true&resourceVersion=${from}&timeoutSeconds=2`);
  const made = await Promise.all(Array.from({ length: 40 }, (_, index) => create(`c-${index}`)));
  assert.deepEqual(new Set(made.map(({ status }) => status)), new Set([201]), 'bodies without a length are read');
  const list = await get('/api/v1/namespaces/default/configmaps');
  assert.equal((JSON.parse(list.body) as { items: unknown[] }).items.length, 40);
  assert.equal(list.headers['content-length'], String(Buffer.byteLength(list.body)));
  const events = (await watch).body.trim().split('\n');
  assert.equal(events.filter((line) => line.startsWith('{"type":"ADDED"')).length, 40);

  const groups = ['one,two', 'three'];
  const who = await ask(
    session,
    {
      ':path': '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      ':method': 'POST',
      authorization,
      'impersonate-user': 'jane',
      'impersonate-group': groups,
    },
    JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }),
  );
  const { status } = JSON.parse(who.body) as { status: { userInfo: { groups: string[] } } };
  assert.deepEqual(status.userInfo.groups, [...groups, 'system:authenticated'], 'values of a header stay apart');
  assert.match((await get('/api')).body, /"serverAddress": ?"127\.0\.0\.1:\d+"/);
  assert.equal((await get('/api/v1/%zz')).status, 400);
  assert.equal((await ask(session, { ':path': '/version' })).status, 200);
});

test('a client certificate speaks for all requests of a connection', async (context) => {
  const running = await startDevCluster({});
  const { caPem, caKeyPem = '' } = running.cluster.certificates;
  const request = readCertificateRequest(requestPem({ [CN]: ['jane'] }));
  const issue = { usages: ['client auth'], notBefore: Date.now() - 60_000, notAfter: Date.now() + 60_000 };
  const session = connect(running.url, { ca: caPem, key: clientKey, cert: issueCertificate({ caPem, caKeyPem }, request, issue, random) });
  context.after(async () => {
    session.close();
    await running.close();
  });
  for (const path of ['/api/v1/secrets', '/api/v1/nodes']) {
    const { status, body } = await ask(session, { ':path': path });
    assert.equal(status, 403);
    assert.match(body, /User \\"jane\\" cannot list/);
  }
});
