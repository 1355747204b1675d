import type { KubeObject } from '@caretaker/kube';
import { qualifiedName } from './parts/formats.ts';

const STANDARD = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);
const ADVICE = 'to avoid accidental conflicts with other finalizer writers';

/** Advice about new finalizers of custom resources whose names somebody else might use too. */
export function finalizerWarnings(next: KubeObject, live: KubeObject | undefined): string[] {
  const known = new Set(live?.metadata.finalizers ?? []);
  return [...new Set(next.metadata.finalizers ?? [])]
    .filter((name) => !known.has(name))
    .sort()
    .flatMap((name) => {
      const about = `metadata.finalizers: ${JSON.stringify(name)}`;
      const out = qualifiedName(name).map((words) => `${about}: ${words}`);
      if (name.includes('/') || STANDARD.has(name)) return out;
      const form = name.includes('.')
        ? 'prefer a domain-qualified finalizer name including a path (/)'
        : 'prefer a domain-qualified finalizer name';
      return [...out, `${about}: ${form} ${ADVICE}`];
    });
}
