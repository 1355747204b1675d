import type { KubeObject, ObjectMeta } from '@caretaker/kube';
import { storedForm } from './conversion.ts';
import { TEMPLATE_GENERATION } from './objects.ts';

/** Metadata as Tables and PartialObjectMetadata show it: of the internal object, without the annotations that stand for fields of other versions. */
export function internalMetadata(object: KubeObject): ObjectMeta {
  const { metadata, kind, apiVersion } = storedForm(object);
  if (kind !== 'DaemonSet' || apiVersion !== 'apps/v1' || metadata.annotations?.[TEMPLATE_GENERATION] === undefined) return metadata;
  const { [TEMPLATE_GENERATION]: _internal, ...annotations } = metadata.annotations;
  const { annotations: _all, ...rest } = metadata;
  return Object.keys(annotations).length === 0 ? rest : { ...rest, annotations };
}
