import type { Gauge, GroupVersionKind } from '@caretaker/kube';
import { type Dependency, isBuiltinGroup } from '../gates/gate.ts';

/**
 * The gauge of missing dependencies: which kinds the assets that are wanted need, and whether they are there. A kind that no wanted
 * asset needs has no series.
 */
export class DependencyGauge {
  readonly #gauge: Gauge;
  readonly #wanted = new Map<string, readonly Dependency[]>();

  constructor(gauge: Gauge) {
    this.#gauge = gauge;
  }

  /** `dependencies` is empty when the asset is not wanted. */
  set(asset: string, dependencies: readonly Dependency[]): void {
    const before = this.#wanted.get(asset) ?? [];
    const needed = dependencies.filter((dependency) => !isBuiltinGroup(dependency.apiVersion));
    this.#wanted.set(asset, needed);
    const all = [...this.#wanted.values()].flat();
    for (const dependency of before) {
      if (!all.some((other) => isSameKind(other, dependency))) this.#gauge.remove(labelsOf(dependency));
    }
    for (const dependency of needed) this.#gauge.set(labelsOf(dependency), dependency.state === 'missing' ? 1 : 0);
  }
}

function isSameKind(a: GroupVersionKind, b: GroupVersionKind): boolean {
  return a.apiVersion === b.apiVersion && a.kind === b.kind;
}

function labelsOf(kind: GroupVersionKind): Record<string, string> {
  const [group = '', version = ''] = kind.apiVersion.split('/');
  return { group, version, kind: kind.kind };
}
