/** Revisions, compiled on first use and shared by all tenants on them. */
import type { KubeObject } from '@caretaker/kube';
import { parseTemplateSpec } from '../api/parse.ts';
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
  /** Undefined while the revision, or the Secret with its bodies, is not there. @throws InvalidObjectError when it holds no template. */
  get(namespace: string, name: string): StoredRevision | undefined;
}

/** Whether the spec has bodies that were moved to the Secret beside it. */
function withBodies(caches: Caches, object: KubeObject, spec: TemplateSpec): TemplateSpec | undefined {
  return completeSpec(spec, caches.secrets.get(object.metadata.namespace, object.metadata.name ?? ''));
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
      const spec = withBodies(caches, object, parseTemplateSpec(object));
      if (!spec) return undefined;
      const stored = { name, registryId: spec.registryId, compiled: compileTemplate(spec, language) };
      byUid.set(uid, stored);
      return stored;
    },
  };
}
