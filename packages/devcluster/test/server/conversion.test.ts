import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import { after, before, describe, test } from 'node:test';
import type { JsonObject, KubeObject, Transport } from '@caretaker/kube';
import { member, members } from '../../src/admission/json-members.ts';
import { type RunningDevCluster, startDevCluster } from '../../src/index.ts';
import { makeServingCertificates } from '../../src/tls/certificates.ts';

const GROUP = 'conversion.example.com';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const pathOf = (version: string, name = '') => `/apis/${GROUP}/${version}/namespaces/default/tabs${name}`;

/** hostPort of v1 is host and port of v2. Meddles with the finalizers, which is not its business. */
function convert(object: KubeObject, apiVersion: string): JsonObject {
  const spec = member(object, 'spec');
  const [host, port] = String(spec['hostPort'] ?? '').split(':');
  const made = apiVersion.endsWith('v2') ? { host, port } : { hostPort: `${spec['host']}:${spec['port']}` };
  const labels = { ...object.metadata.labels, converted: 'yes' };
  return JSON.parse(
    JSON.stringify({ ...object, apiVersion, spec: made, metadata: { ...object.metadata, labels, finalizers: ['evil/x'] } }),
  );
}

describe('a conversion webhook', () => {
  let running: RunningDevCluster;
  let admin: Transport;
  let server: Server;
  let url = '';
  const certificates = makeServingCertificates(Date.now(), (count) => new Uint8Array(randomBytes(count)), ['127.0.0.1', 'localhost']);

  const send = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object, type = 'application/json') => {
    const answer = await admin.send({
      method,
      path,
      headers: { 'content-type': type },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const object: unknown = JSON.parse(await answer.text());
    return { status: answer.status, object };
  };

  before(async () => {
    server = createServer({ key: certificates.keyPem, cert: certificates.certPem }, async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const review = member(JSON.parse(Buffer.concat(chunks).toString('utf8')), 'request');
      const desired = String(review['desiredAPIVersion']);
      const convertedObjects = members(review, 'objects').map((object) => convert(object as unknown as KubeObject, desired));
      response.end(
        JSON.stringify({
          apiVersion: 'apiextensions.k8s.io/v1',
          kind: 'ConversionReview',
          response: { uid: review['uid'], result: { status: 'Success' }, convertedObjects },
        }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `https://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
    running = await startDevCluster({});
    admin = running.cluster.transport();
    const text = { type: 'string' };
    const version = (name: string, storage: boolean, properties: object) => ({
      name,
      storage,
      served: true,
      schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } } },
    });
    await send('POST', DEFINITIONS, {
      metadata: { name: `tabs.${GROUP}` },
      spec: {
        group: GROUP,
        scope: 'Namespaced',
        names: { plural: 'tabs', kind: 'Tab' },
        conversion: {
          strategy: 'Webhook',
          webhook: {
            conversionReviewVersions: ['v1'],
            clientConfig: { url, caBundle: Buffer.from(certificates.caPem).toString('base64') },
          },
        },
        versions: [version('v1', true, { hostPort: text }), version('v2', false, { host: text, port: text })],
      },
    });
  });

  after(async () => {
    server.close();
    server.closeAllConnections();
    await running.close();
  });

  test('makes what is read and stored at another version', async () => {
    assert.equal(
      (await send('POST', pathOf('v1'), { apiVersion: `${GROUP}/v1`, kind: 'Tab', metadata: { name: 'a' }, spec: { hostPort: 'h:1' } }))
        .status,
      201,
    );
    const read = (await send('GET', pathOf('v2', '/a'))).object;
    assert.deepEqual(member(read, 'spec'), { host: 'h', port: '1' });
    assert.deepEqual(member(read, 'metadata')['labels'], { converted: 'yes' });
    assert.equal(member(read, 'metadata')['finalizers'], undefined);
    const made = await send('POST', pathOf('v2'), {
      apiVersion: `${GROUP}/v2`,
      kind: 'Tab',
      metadata: { name: 'b' },
      spec: { host: 'x', port: '9' },
    });
    assert.deepEqual([made.status, member(made.object, 'spec')], [201, { host: 'x', port: '9' }]);
    assert.deepEqual(member((await send('GET', pathOf('v1', '/b'))).object, 'spec'), { hostPort: 'x:9' });
    const specs = members((await send('GET', pathOf('v2'))).object, 'items').map((item) => item['spec']);
    assert.deepEqual(specs, [
      { host: 'h', port: '1' },
      { host: 'x', port: '9' },
    ]);
  });

  test('tells whose fields they are across versions', async () => {
    const apply = (version: string, manager: string, spec: object, force = false) =>
      send(
        'PATCH',
        `${pathOf(version, '/c')}?fieldManager=${manager}&force=${force}`,
        { apiVersion: `${GROUP}/${version}`, kind: 'Tab', metadata: { name: 'c' }, spec },
        'application/apply-patch+yaml',
      );
    assert.equal((await apply('v2', 'm1', { host: 'q', port: '1' })).status, 201);
    assert.equal((await apply('v1', 'm2', { hostPort: 'q:7' })).status, 409);
    const forced = await apply('v1', 'm2', { hostPort: 'q:7' }, true);
    const owned = members(member(forced.object, 'metadata'), 'managedFields').map((entry) => [entry['manager'], entry['fieldsV1']]);
    assert.deepEqual(owned, [
      ['m1', { 'f:spec': { 'f:host': {} } }],
      ['m2', { 'f:spec': { 'f:hostPort': {} } }],
    ]);
  });

  test('is asked about every event of a watch, in order', async () => {
    const answer = await admin.send({ method: 'GET', path: `${pathOf('v2')}?watch=true&timeoutSeconds=1`, headers: {} });
    await send('PATCH', pathOf('v1', '/a'), { spec: { hostPort: 'h:2' } }, 'application/merge-patch+json');
    await send('DELETE', pathOf('v2', '/b'));
    const lines = (await answer.text()).trim().split('\n');
    const events = lines.map((line): unknown => JSON.parse(line));
    const shown = events.map((event) => [
      String(Reflect.get(Object(event), 'type')),
      member(member(event, 'object'), 'metadata')['name'],
      member(member(event, 'object'), 'spec')['port'],
    ]);
    assert.deepEqual(shown, [
      ['ADDED', 'a', '1'],
      ['ADDED', 'b', '9'],
      ['ADDED', 'c', '7'],
      ['MODIFIED', 'a', '2'],
      ['DELETED', 'b', '9'],
    ]);
  });
});
