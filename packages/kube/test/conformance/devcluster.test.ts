import { DevCluster } from '@caretaker/devcluster';
import { runtimeConformance } from './suite.ts';

const cluster = new DevCluster();

runtimeConformance({
  name: 'devcluster',
  connect: async () => cluster.transport(),
  close: async () => cluster.close(),
});
