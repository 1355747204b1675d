/** The operator's view of its own kinds: informers with typed readers. Children are the engine's. */
import type { Informer, Informers, KubeObject } from '@caretaker/kube';
import { annotations, labels, registryKind, revisionKind, secretKind, templateKind, tenantKind } from '../api/names.ts';
import { parseRegistry, parseTemplate, parseTenant } from '../api/parse.ts';
import { isMap } from '../api/schema.ts';
import type { Registry, Template, Tenant } from '../api/types.ts';
import { keyOf } from './runtime.ts';

/** An informer whose objects are read as `T`. Objects that do not fit their schema are not in it. */
export interface TypedCache<T> {
  readonly informer: Informer;
  get(namespace: string, name: string): T | undefined;
  /** As stored, whether it fits its schema or not. */
  raw(namespace: string, name: string): KubeObject | undefined;
  by(index: string, key: string): T[];
  all(): T[];
}

function typed<T extends object>(informer: Informer, parse: (object: KubeObject) => T): TypedCache<T> {
  const known = new WeakMap<KubeObject, T | null>();
  const read = (object: KubeObject): T | undefined => {
    const before = known.get(object);
    if (before !== undefined) return before ?? undefined;
    let value: T | null;
    try {
      value = parse(object);
    } catch {
      // The controller of the kind parses it again and reports what is wrong with it.
      value = null;
    }
    known.set(object, value);
    return value ?? undefined;
  };
  const readAll = (objects: Iterable<KubeObject>): T[] => {
    const out: T[] = [];
    for (const object of objects) {
      const value = read(object);
      if (value) out.push(value);
    }
    return out;
  };
  return {
    informer,
    get: (namespace, name) => {
      const object = informer.get(namespace, name);
      return object ? read(object) : undefined;
    },
    raw: (namespace, name) => informer.get(namespace, name),
    by: (index, key) => readAll(informer.byIndex(index, key)),
    all: () => readAll(informer.list()),
  };
}

/** managedFields and kubectl's copy of an object are of no use here, and large. */
function trim(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
  if (metadata.annotations?.[lastApplied] !== undefined) {
    const { [lastApplied]: __, ...rest } = metadata.annotations;
    metadata.annotations = rest;
  }
  return { ...object, metadata };
}

const specText = (object: KubeObject, field: string): string | undefined => {
  const spec = object['spec'];
  const value = isMap(spec) ? spec[field] : undefined;
  return typeof value === 'string' ? value : undefined;
};
const namespaceOf = (object: KubeObject): string => object.metadata.namespace ?? '';
const under = (field: string) => (object: KubeObject) => {
  const value = specText(object, field);
  return value === undefined ? [] : [keyOf(namespaceOf(object), value)];
};
const underLabel = (label: string) => (object: KubeObject) => {
  const value = object.metadata.labels?.[label];
  return value === undefined ? [] : [keyOf(namespaceOf(object), value)];
};

export interface Caches {
  registries: TypedCache<Registry>;
  /** Index `registry`: by spec.registryId. */
  templates: TypedCache<Template>;
  /** Indexes `registry` (by label), `template`, `revision`. */
  tenants: TypedCache<Tenant>;
  /** ControllerRevisions of templates. Index `template`. */
  revisions: Informer;
  /** Secrets that the operator makes for itself (variables of tenants, bodies of revisions). */
  secrets: Informer;
  waitForSync(signal?: AbortSignal): Promise<void>;
  release(): void;
}

export function openCaches(informers: Informers): Caches {
  const registries = informers.acquire({ ...registryKind, transform: trim });
  const templates = informers.acquire({ ...templateKind, transform: trim, indexes: { registry: under('registryId') } });
  const tenants = informers.acquire({
    ...tenantKind,
    transform: trim,
    indexes: { registry: underLabel(labels.registry), template: under('templateRef'), revision: under('revision') },
  });
  const revisions = informers.acquire({
    ...revisionKind,
    labelSelector: labels.template,
    transform: trim,
    indexes: { template: underLabel(labels.template) },
  });
  const secrets = informers.acquire({ ...secretKind, labelSelector: labels.purpose, transform: trim });
  const all = [registries, templates, tenants, revisions, secrets];
  return {
    registries: typed(registries, parseRegistry),
    templates: typed(templates, parseTemplate),
    tenants: typed(tenants, parseTenant),
    revisions,
    secrets,
    waitForSync: async (signal) => {
      await Promise.all(all.map((informer) => informer.waitForSync(signal)));
    },
    release: () => {
      for (const informer of all) informer.release();
    },
  };
}

/** Whether the annotation pause is set on an object. */
export const isPaused = (object: { metadata: { annotations?: Record<string, string> | undefined } } | undefined): boolean =>
  object?.metadata.annotations?.[annotations.pause] === 'true';
