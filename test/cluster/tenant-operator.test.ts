// The acceptance of the tenant operator on a real kube-apiserver with its controllers; tenant-operator-devcluster.test.ts runs the same on devcluster.
import { startControlPlane } from './lib/control-plane.ts';
import { tenantOperatorAcceptance } from './suites/tenant-operator.ts';

const port = Number(process.env['CARETAKER_TEST_PORT'] ?? 26_000);

tenantOperatorAcceptance({
  name: 'a real control plane',
  start: () => startControlPlane({ port, pods: true, audit: true }),
  steadySeconds: Number(process.env['CARETAKER_STEADY_SECONDS'] ?? 300),
});
