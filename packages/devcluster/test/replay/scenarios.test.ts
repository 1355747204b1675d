import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type RunningDevCluster, startDevCluster } from '../../src/index.ts';
import { ReplayClient } from './client.ts';
import { runScenario } from './run-scenario.ts';
import { loadScenarios } from './scenario.ts';

/** Every recorded conversation with a real kube-apiserver, replayed over HTTPS against a cluster with the four controllers of the recording. */
describe('recorded conversations', { concurrency: 8 }, () => {
  let running: RunningDevCluster;
  let client: ReplayClient;

  before(async () => {
    running = await startDevCluster();
    client = new ReplayClient(running.url, running.caPem, running.adminToken);
  });

  after(async () => {
    client.close();
    await running.close();
  });

  for (const scenario of loadScenarios()) {
    test(`${scenario.area}/${scenario.name}`, async () => {
      assert.deepEqual(await runScenario(client, scenario), []);
    });
  }
});
