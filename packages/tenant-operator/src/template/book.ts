/** What has been found out about each template: whether it is valid and what it published. Registries and tenants read it. */
import type { Template, TenantSpec } from '../api/types.ts';
import type { Caches } from '../operator/caches.ts';
import { isPaused } from '../operator/caches.ts';
import { keyOf } from '../operator/runtime.ts';
import type { TemplateView } from '../registry/draft.ts';
import type { RevisionStore } from './store.ts';

export interface TemplateEntry {
  generation: number | undefined;
  /** The last valid revision that was published. */
  revision: string | undefined;
  valid: boolean;
}

export interface TemplateBook {
  set(key: string, entry: TemplateEntry): void;
  delete(key: string): void;
  /** The revision that tenants of a template are put on: of this process, else of its status. */
  currentRevision(namespace: string, template: string): string | undefined;
  /** The templates of a registry, as its controller sees them. */
  views(namespace: string, registry: string): TemplateView[];
  /** Whether a template has been judged at its present generation. */
  judged(template: Template): boolean;
}

export function templateBook(caches: Caches, revisions: RevisionStore): TemplateBook {
  const entries = new Map<string, TemplateEntry>();
  const currentRevision = (namespace: string, name: string): string | undefined =>
    entries.get(keyOf(namespace, name))?.revision ?? caches.templates.get(namespace, name)?.status.currentRevision;
  const indexOf = (namespace: string, revision: string | undefined): NonNullable<TenantSpec['resources']> =>
    revision === undefined ? [] : (revisions.get(namespace, revision)?.compiled.index ?? []);
  return {
    set: (key, entry) => entries.set(key, entry),
    delete: (key) => entries.delete(key),
    currentRevision,
    views: (namespace, registry) =>
      caches.templates
        .by('registry', keyOf(namespace, registry))
        .filter((template) => template.metadata.deletionTimestamp === undefined)
        .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
        .map((template) => {
          const { name } = template.metadata;
          const named = currentRevision(namespace, name);
          // A revision that the cache does not show yet cannot be put on tenants: its index is not known.
          const revision = named !== undefined && revisions.get(namespace, named) ? named : undefined;
          return {
            name,
            revision,
            resources: indexOf(namespace, revision),
            paused: isPaused(template),
            maxSkew: template.spec.rollout?.maxSkew ?? 0,
            progressDeadlineMs: (template.spec.rollout?.progressDeadlineSeconds ?? 600) * 1000,
          };
        }),
    judged: ({ metadata }) => entries.get(keyOf(metadata.namespace, metadata.name))?.generation === metadata.generation,
  };
}
