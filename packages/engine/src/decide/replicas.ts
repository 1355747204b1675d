import { touches } from '../fields/algebra.ts';
import type { IgnorePath } from '../ignore/parse.ts';
import { dig } from '../json/value.ts';
import type { Digest } from '../observe/digest.ts';
import { pointerSegments } from '../path/json-pointer.ts';
import type { Resource } from '../prepare/resource.ts';

export const replicasPath: IgnorePath = pointerSegments('/spec/replicas');

/**
 * Whether spec.replicas is not ours to repair (DESIGN §10.6): somebody set it through the `scale` subresource, which is how autoscalers and
 * `kubectl scale` do it, or an autoscaler targets the workload and will.
 */
export function yieldsReplicas(resource: Resource, digest: Digest | undefined, autoscaled: boolean): boolean {
  if (dig(resource.object, 'spec', 'replicas') === undefined) return false;
  if (autoscaled) return true;
  return digest?.others.some((other) => other.subresource === 'scale' && touches(other.fields, '.spec.replicas')) ?? false;
}

export function ignoredOf(resource: Resource, yieldReplicas: boolean): readonly IgnorePath[] {
  return yieldReplicas ? [...resource.ignored, replicasPath] : resource.ignored;
}
