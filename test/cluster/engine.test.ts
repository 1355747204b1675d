import { after, before, describe } from 'node:test';
import { type ClusterConfig, createTransport, loadKubeconfig, systemClock, type Transport } from '@caretaker/kube';
import { engineSuite } from '../../packages/engine/test/integration/suite.ts';
import { type ControlPlane, startControlPlane } from './lib/control-plane.ts';

const port = Number(process.env['CARETAKER_TEST_PORT'] ?? 25_000);

describe('the engine on a real kube-apiserver', () => {
  let plane: ControlPlane | undefined;
  let config: ClusterConfig | undefined;
  const open: Transport[] = [];
  before(async () => {
    plane = await startControlPlane({ port, pods: true });
    config = await loadKubeconfig({ path: plane.operatorKubeconfig, clock: systemClock });
  });
  after(async () => {
    await Promise.all(open.map((transport) => transport.close()));
    await plane?.stop();
  });
  const transport = (): Transport => {
    if (!config) throw new Error('the control plane has not started');
    const created = createTransport(config, { clock: systemClock });
    open.push(created);
    return created;
  };
  engineSuite(() => ({ transport, clock: systemClock, idle: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) }));
});
