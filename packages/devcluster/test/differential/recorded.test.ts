/** Random sequences of writes whose answers a real API server gave (test/cluster/differential/run.ts --record): here without one. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { Client, runSteps } from '../../../../test/cluster/differential/client.ts';
import { DEFINITIONS } from '../../../../test/cluster/differential/definitions.ts';
import type { Step } from '../../../../test/cluster/differential/sequences.ts';
import { ADMIN, DevCluster } from '../../src/index.ts';
import { type Answer, differences, type Json, normalise } from './normalise.ts';

interface Recording {
  readonly seed: number;
  readonly kind: string;
  readonly steps: readonly Step[];
  readonly answers: readonly Json[];
}

const NAMESPACE = 'recorded';
const TOKEN = 'recorded-token';

const recordings = readFileSync(new URL('recorded.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line.replaceAll('{{namespace}}', NAMESPACE)) as Recording);

describe('recorded sequences of writes', () => {
  const cluster = new DevCluster({ tokens: [{ token: TOKEN, user: ADMIN }] });
  let client: Client;

  before(async () => {
    client = new Client((await cluster.listen({ port: 0, host: '127.0.0.1' })).url, TOKEN);
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    for (const definition of DEFINITIONS) await client.send({ method: 'POST', path: definitions, body: definition });
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
    await client.send({ method: 'POST', path: '/api/v1/namespaces', body: namespace });
  });

  after(async () => {
    client.close();
    await cluster.close();
  });

  for (const { seed, kind, steps, answers } of recordings) {
    it(`${kind}, seed ${seed}: ${steps.length} requests`, async () => {
      const actual = await runSteps(client, steps);
      const found = answers.flatMap((expected, i) => {
        const step = steps[i];
        const answer = actual[i];
        if (step === undefined || answer === undefined) return [`no answer ${i}`];
        const settle = (one: Answer): Json => normalise(one, step.path.includes('dryRun')) as unknown as Json;
        const words = differences(settle(expected as unknown as Answer), settle(answer));
        return words.map((line) => `${step.method} ${step.path}: ${line}`);
      });
      assert.deepEqual(found, []);
    });
  }
});
