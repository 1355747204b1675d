// The runtime against a real kube-apiserver: the suite that devcluster passes as well, and what only real processes and sockets can show.
import { createTransport, loadKubeconfig, systemClock } from '@caretaker/kube';
import { runtimeConformance } from '../../packages/kube/test/conformance/suite.ts';
import { type ControlPlane, startControlPlane } from './lib/control-plane.ts';

let controlPlane: ControlPlane | undefined;

runtimeConformance({
  name: 'kube-apiserver',
  connect: async () => {
    controlPlane = await startControlPlane({ port: 21_000 });
    return createTransport(await loadKubeconfig({ clock: systemClock, path: controlPlane.operatorKubeconfig }), { clock: systemClock });
  },
  close: async () => controlPlane?.stop(),
});
