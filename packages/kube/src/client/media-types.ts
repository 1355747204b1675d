import type { Patch } from '../types/client.ts';

export const json = 'application/json';
export const applyPatch = 'application/apply-patch+yaml';

export const patchType: Readonly<Record<Patch['type'], string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

/** Metadata alone; plain JSON where the server does not know how. */
export const partialMetadata = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';
export const partialMetadataList = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
