/** Revisions, compiled on first use and shared by all tenants on them. */
import type { KubeObject } from '@caretaker/kube';
import { InvalidObjectError, parseTemplateSpec } from '../api/parse.ts';
import type { TemplateSpec } from '../api/types.ts';
import type { Caches } from '../operator/caches.ts';
import { type CompiledTemplate, compileTemplate } from './compiled.ts';
import { completeSpec } from './revision.ts';
import type { TextLanguage } from './text.ts';

export interface StoredRevision {
  name: string;
  registryId: string;
  compiled: CompiledTemplate;
}

export interface RevisionStore {
  /** Undefined while the revision, or the Secret with its bodies, is not there, or when it holds no template. */
  get(namespace: string, name: string): StoredRevision | undefined;
}

/** The spec with the bodies that were moved to the Secret beside it. A revision that somebody else made may hold anything. */
function specOf(caches: Caches, object: KubeObject): TemplateSpec | undefined {
  try {
    return completeSpec(parseTemplateSpec(object), caches.secrets.get(object.metadata.namespace, object.metadata.name ?? ''));
  } catch (error) {
    if (error instanceof InvalidObjectError) return undefined;
    throw error;
  }
}

export function revisionStore(caches: Caches, language: TextLanguage): RevisionStore {
  const byUid = new Map<string, StoredRevision>();
  caches.revisions.subscribe({ deleted: (object) => byUid.delete(object.metadata.uid ?? '') });
  return {
    get(namespace, name) {
      const object = caches.revisions.get(namespace, name);
      const uid = object?.metadata.uid;
      if (!object || uid === undefined) return undefined;
      const known = byUid.get(uid);
      if (known) return known;
      const spec = specOf(caches, object);
      if (!spec) return undefined;
      const stored = { name, registryId: spec.registryId, compiled: compileTemplate(spec, language) };
      byUid.set(uid, stored);
      return stored;
    },
  };
}
