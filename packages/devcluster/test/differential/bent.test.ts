/** Bent objects of every built-in kind as a real API server took them (test/cluster/differential/sweep.ts --record): here without one. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { makeStep, pathOf, samplesIn } from '../../../../test/cluster/differential/bend.ts';
import { Client } from '../../../../test/cluster/differential/client.ts';
import type { JsonObject } from '../../../../test/cluster/differential/shapes.ts';
import { startDevCluster } from '../../src/index.ts';
import { type Answer, differences, type Json, normalise } from './normalise.ts';

const NAMESPACE = 'bent';

const recordings = readFileSync(new URL('bent.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line.replaceAll('{{namespace}}', NAMESPACE)) as { readonly seed: number; readonly answer: Answer });

describe('recorded answers to bent objects', () => {
  const samples = samplesIn(NAMESPACE);
  const versions = new Map<string, string>();
  let cluster: Awaited<ReturnType<typeof startDevCluster>>;
  let client: Client;

  before(async () => {
    cluster = await startDevCluster({ port: 0 });
    client = new Client(cluster.url, cluster.adminToken);
    const post = (path: string, body: JsonObject): Promise<Answer> => client.send({ method: 'POST', path, body });
    await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    await post(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, account);
    for (const { path, object, only } of samples) if (only !== 'create') await post(path, object);
    for (const sample of samples) {
      const { body } = await client.send({ method: 'GET', path: pathOf(sample) });
      versions.set(pathOf(sample), String(((body as JsonObject)['metadata'] as JsonObject | undefined)?.['resourceVersion']));
    }
  });

  after(async () => {
    client.close();
    await cluster.close();
  });

  for (const { seed, answer } of recordings) {
    const step = makeStep(seed, samples);
    it(`seed ${seed}: ${step.method} ${step.path.split('?')[0]}`, async () => {
      const version = versions.get(step.path.split('?')[0] ?? '') ?? '';
      const body = JSON.parse(JSON.stringify(step.body).replaceAll('{{version}}', version)) as Json;
      const actual = normalise(await client.send({ ...step, body }), true);
      assert.deepEqual(differences(answer as unknown as Json, actual as unknown as Json), []);
    });
  }
});
