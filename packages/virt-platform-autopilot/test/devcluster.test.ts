// The acceptance scenarios on devcluster, in this process. test/cluster/autopilot.test.ts runs the same ones on a real kube-apiserver.

import { DevCluster } from '@caretaker/devcluster';
import { createClient, createDiscovery, systemClock } from '@caretaker/kube';
import { bareControllers } from '../../devcluster/src/controllers/bare.ts';
import { runScenarios } from './acceptance/run.ts';
import { serviceAccount, type World } from './acceptance/world.ts';

const newWorld = async (): Promise<World> => {
  const cluster = new DevCluster();
  cluster.start(bareControllers(cluster.core));
  const transport = cluster.transport();
  const discovery = createDiscovery({ transport, clock: systemClock });
  return {
    admin: createClient({ transport, clock: systemClock, discovery, fieldManager: 'kubectl' }),
    operator: () => cluster.transport(serviceAccount),
    invalidate: () => discovery.invalidate(),
    close: () => cluster.close(),
  };
};

runScenarios('devcluster', newWorld, async () => undefined, 4);
