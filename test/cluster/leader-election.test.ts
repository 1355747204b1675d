// Two leaders at once do no harm, on a real kube-apiserver and on devcluster.
import { startControlPlane } from './lib/control-plane.ts';
import { startDevPlane } from './lib/dev-plane.ts';
import { leaderElectionSuite } from './suites/leader-election.ts';

leaderElectionSuite('a real kube-apiserver', () => startControlPlane({ port: 21_010 }));
leaderElectionSuite('devcluster', startDevPlane);
