import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '@caretaker/kube/testing';
import { DevCluster } from '../../src/dev-cluster.ts';
import { bytesOfField, readFields, textOfField } from '../../src/wire/protobuf-reader.ts';

const DEFINITIONS = 9;
const PROTOBUF = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

test('OpenAPI 2 as protobuf names the definitions that it has as JSON', async () => {
  const cluster = new DevCluster({ clock: new VirtualClock() });
  const get = (accept: string) => cluster.transport().send({ method: 'GET', path: '/openapi/v2', headers: { accept } });
  const json: unknown = JSON.parse(await (await get('application/json')).text());
  const names = Object.keys(Object(Object(json).definitions));
  const answer = await get(PROTOBUF);
  assert.equal(answer.headers['content-type'], 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
  const written: string[] = [];
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.chunks()) chunks.push(chunk);
  for (const field of readFields(Buffer.concat(chunks))) {
    if (field.number !== DEFINITIONS) continue;
    for (const named of readFields(bytesOfField(field))) {
      for (const member of readFields(bytesOfField(named))) if (member.number === 1) written.push(textOfField(member));
    }
  }
  assert.ok(names.includes('io.k8s.api.apps.v1.Deployment'));
  assert.deepEqual(written, names);
  await cluster.close();
});
