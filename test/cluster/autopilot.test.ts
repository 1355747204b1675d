// The acceptance scenarios of the autopilot on a real kube-apiserver, unchanged; packages/virt-platform-autopilot/test/devcluster.test.ts runs them on devcluster.
import { createClient, createDiscovery, createTransport, loadKubeconfig, systemClock } from '@caretaker/kube';
import { runScenarios } from '../../packages/virt-platform-autopilot/test/acceptance/run.ts';
import { serviceAccount } from '../../packages/virt-platform-autopilot/test/acceptance/world.ts';
import { startControlPlane } from './lib/control-plane.ts';

const plane = await startControlPlane({
  port: 27000,
  controllers: 'namespace-controller,garbage-collector-controller,clusterrole-aggregation-controller',
});
const config = await loadKubeconfig({ clock: systemClock, path: plane.kubeconfig });
const transport = createTransport(config, { clock: systemClock });
const discovery = createDiscovery({ transport, clock: systemClock });
const admin = createClient({ transport, clock: systemClock, discovery, fieldManager: 'kubectl' });

runScenarios(
  'a real kube-apiserver',
  async () => {
    const connections: { close(): Promise<void> }[] = [];
    return {
      admin,
      operator: () => {
        const connection = createTransport({ ...config, impersonate: { ...serviceAccount, extra: {} } }, { clock: systemClock });
        connections.push(connection);
        return connection;
      },
      invalidate: () => discovery.invalidate(),
      close: async () => {
        for (const connection of connections) await connection.close();
      },
    };
  },
  async () => {
    await transport.close();
    await plane.stop();
  },
);
