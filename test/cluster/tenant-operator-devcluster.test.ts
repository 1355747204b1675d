// The acceptance of the tenant operator on devcluster; tenant-operator.test.ts runs the same on a real control plane.
import { startDevPlane } from './lib/dev-plane.ts';
import { tenantOperatorAcceptance } from './suites/tenant-operator.ts';

tenantOperatorAcceptance({
  name: 'devcluster',
  start: startDevPlane,
  steadySeconds: Number(process.env['CARETAKER_STEADY_SECONDS'] ?? 30),
});
