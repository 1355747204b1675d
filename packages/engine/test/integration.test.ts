import { after, before, describe } from 'node:test';
import { DevCluster, workloadControllers } from '@caretaker/devcluster';
import { seededRandom, VirtualClock } from '@caretaker/kube/testing';
import { engineSuite } from './integration/suite.ts';

describe('the engine on devcluster, in process and in virtual time', () => {
  const clock = new VirtualClock();
  const cluster = new DevCluster({ clock, random: seededRandom(3) });
  before(() => cluster.start(workloadControllers(cluster)));
  after(() => cluster.close());
  engineSuite(() => ({ transport: () => cluster.transport(), clock, idle: (ms) => clock.advance(ms) }));
});
