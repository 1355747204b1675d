import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DevCluster } from '../../src/index.ts';
import { decodeProtobuf } from '../../src/wire/protobuf-object.ts';
import { bytesOfField, readFields, textOfField } from '../../src/wire/protobuf-reader.ts';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** The events of frames: four bytes of length, then the type and the object in its envelope. */
function* eventsIn(bytes: Buffer): Generator<{ type: string; name: unknown; kind: unknown }> {
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const fields = [...readFields(bytes.subarray(at + 4, at + 4 + length))];
    at += 4 + length;
    const [type, extension] = fields;
    assert.ok(type !== undefined && extension !== undefined);
    const [raw] = readFields(bytesOfField(extension));
    assert.ok(raw !== undefined);
    const object = decodeProtobuf(bytesOfField(raw));
    const metadata = object['metadata'];
    yield {
      type: textOfField(type),
      kind: object['kind'],
      name: metadata !== null && typeof metadata === 'object' ? Reflect.get(metadata, 'name') : '',
    };
  }
}

test('who reads nothing but protobuf gets lists, refusals and watches in it', async () => {
  const cluster = new DevCluster();
  const transport = cluster.transport();
  const stop = new AbortController();
  const get = (path: string) => transport.send({ method: 'GET', path, headers: { accept: PROTOBUF }, signal: stop.signal });
  const bodyOf = async (path: string): Promise<Buffer> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await get(path)).chunks()) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  const refusal = await get('/api/v1/namespaces/none');
  assert.deepEqual([refusal.status, refusal.headers['content-type']], [404, PROTOBUF]);
  assert.ok((await bodyOf('/api/v1/namespaces')).includes('NamespaceList'));
  const watch = await get('/api/v1/namespaces?watch=true&fieldSelector=metadata.name%3Ddefault');
  assert.equal(watch.headers['content-type'], `${PROTOBUF};stream=watch`);
  for await (const chunk of watch.chunks()) {
    assert.deepEqual([...eventsIn(Buffer.from(chunk))], [{ type: 'ADDED', kind: 'Namespace', name: 'default' }]);
    break;
  }
  stop.abort();
  await cluster.close();
});
