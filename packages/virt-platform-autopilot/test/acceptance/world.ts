import type { KubeClient, Transport } from '@caretaker/kube';

/** An API server to try the autopilot on: devcluster in this process, or a real kube-apiserver. */
export interface World {
  /** What a person with kubectl uses. */
  admin: KubeClient;
  /** The operator's connection, as its ServiceAccount with the rights of config/virt-platform-autopilot/rbac. */
  operator(): Transport;
  /** Forgets the kinds it knows (after CRDs have changed). */
  invalidate(): void;
  /** A new world, or the same one: `prepare` cleans it. */
  close(): Promise<void>;
}

export const serviceAccount = {
  user: 'system:serviceaccount:openshift-cnv:virt-platform-autopilot',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:openshift-cnv', 'system:authenticated'],
};

/** A scenario runs on any world. The name begins with the ids of the acceptance list that it proves. */
export interface Scenario {
  name: string;
  run: (platform: import('./platform.ts').TestPlatform) => Promise<void>;
  /** CRDs that are not there at the start, by file name in testdata/crds. */
  without?: readonly string[];
}

export function scenario(name: string, run: Scenario['run'], more: Omit<Scenario, 'name' | 'run'> = {}): Scenario {
  return { name, run, ...more };
}
