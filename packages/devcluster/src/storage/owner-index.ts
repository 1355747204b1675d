import type { KubeObject } from '@caretaker/kube';

/** Where a dependent is: the table's key, namespace and name. */
export interface DependentRef {
  readonly table: string;
  readonly namespace: string;
  readonly name: string;
}

/** Owner uid -> dependents, over all resources. What garbage collection and workload controllers ask all the time. */
export class OwnerIndex {
  readonly #byOwner = new Map<string, Map<string, DependentRef>>();

  update(table: string, namespace: string, name: string, previous: KubeObject | undefined, next: KubeObject | undefined): void {
    const before = previous?.metadata.ownerReferences;
    const after = next?.metadata.ownerReferences;
    if (before === undefined && after === undefined) return;
    const key = `${table}\u0000${namespace}\u0000${name}`;
    for (const owner of before ?? []) {
      const dependents = this.#byOwner.get(owner.uid);
      dependents?.delete(key);
      if (dependents?.size === 0) this.#byOwner.delete(owner.uid);
    }
    for (const owner of after ?? []) {
      let dependents = this.#byOwner.get(owner.uid);
      if (dependents === undefined) {
        dependents = new Map();
        this.#byOwner.set(owner.uid, dependents);
      }
      dependents.set(key, { table, namespace, name });
    }
  }

  dependents(uid: string): readonly DependentRef[] {
    return [...(this.#byOwner.get(uid)?.values() ?? [])];
  }
}
