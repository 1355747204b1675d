import type { JsonObject, KubeObject } from '@caretaker/kube';
import type { TypeInfo } from './contract.ts';
import { emptyObject, TEMPLATE_GENERATION } from './objects.ts';

const replicas = ({ spec }: JsonObject): void => {
  if (typeof spec === 'object' && spec !== null && !Array.isArray(spec)) spec['replicas'] = 0;
};

/** What the internal form of a kind has where the API has nothing: numbers that are never missing, and data that is always written. */
const INTERNAL: Readonly<Record<string, (object: JsonObject) => void>> = {
  'apps/Deployment': replicas,
  'apps/ReplicaSet': replicas,
  'apps/StatefulSet': replicas,
  'apps/ControllerRevision': (revision) => Object.assign(revision, { data: null }),
  'apps/DaemonSet': (set) => Object.assign(set, { metadata: { annotations: { [TEMPLATE_GENERATION]: '0' } } }),
};

/** An object that the server made of nothing, as a bookmark shows it: nobody sent it and nothing was defaulted. */
export function blankObject(type: TypeInfo): KubeObject {
  const object = emptyObject(type);
  if (type.goType !== undefined) INTERNAL[`${type.group}/${type.kind}`]?.(object as unknown as JsonObject);
  return object;
}
