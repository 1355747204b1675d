// The controllers of devcluster beside the real ones: each script is told to both, and what comes of it must be the same.
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startDevCluster, workloadControllers } from '@caretaker/devcluster';
import { equalInOneOf } from './lib/attempts.ts';
import { type ControlPlane, startControlPlane } from './lib/control-plane.ts';
import { APPS } from './workloads/apps.ts';
import { CLUSTER, NODES } from './workloads/cluster.ts';
import { CRON, JOBS } from './workloads/jobs.ts';
import { NETWORK } from './workloads/network.ts';
import { differences } from './workloads/normal.ts';
import type { Script } from './workloads/script.ts';
import { Session } from './workloads/session.ts';

/** Another server with scheduler, KWOK and the nodes fake-1 and fake-2, instead of one of the test's own. */
const elsewhere = process.env['CARETAKER_FULL_PLANE'];
const run = Date.now().toString(36);

let plane: ControlPlane | undefined;
let real = elsewhere ?? '';
let ours = { url: '', token: '' };
let close: () => Promise<void> = async () => undefined;

before(async () => {
  if (elsewhere === undefined) {
    plane = await startControlPlane({ port: 28_000, pods: true });
    real = plane.url;
  }
  const nodes = { names: ['fake-1', 'fake-2'], capacity: { cpu: '1k', memory: '1Ti', pods: '1M' }, kubeletVersion: 'kwok-v0.7.0' };
  const running = await startDevCluster({ controllers: (cluster) => workloadControllers(cluster, { nodes }) });
  ours = { url: running.url, token: running.adminToken };
  close = running.close;
});

after(async () => {
  await close();
  await plane?.stop();
});

const compare = (script: Script, index: number, context: TestContext): Promise<void> =>
  equalInOneOf(
    context,
    (attempt) => differencesOf(script, `${index}-${attempt}`),
    () => pause(2_000),
  );

async function differencesOf(script: Script, name: string): Promise<string> {
  const tell = async (url: string, token: string): Promise<unknown> => {
    const session = new Session(url, token, `workloads-${run}-${name}`);
    await session.begin();
    try {
      return await script.run(session);
    } finally {
      await session.end();
    }
  };
  const [expected, actual] = await Promise.all([tell(real, 'admin-token'), tell(ours.url, ours.token)]);
  return differences(actual, expected).join('\n');
}

// Most of the time is spent waiting for timers of the real controllers.
describe('the same on both', { concurrency: 6 }, () => {
  for (const [index, script] of [...APPS, ...JOBS, ...CRON, ...NETWORK, ...CLUSTER].entries()) {
    test(script.name, (context) => compare(script, index, context));
  }
});

for (const [index, script] of NODES.entries()) test(script.name, (context) => compare(script, 100 + index, context));
