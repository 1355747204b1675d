import type { KubeObject } from '@caretaker/kube';

/** A node and what its pods take of it. */
export interface NodeUsage {
  node: KubeObject;
  used: Readonly<Record<string, number>>;
  ports: ReadonlySet<string>;
  /** Pods by the uid of their controller, for spreading. */
  perController: ReadonlyMap<string, number>;
  /** Those that have not ended. */
  pods: readonly KubeObject[];
  /** Those of them that keep others away. */
  guarded: readonly KubeObject[];
}
