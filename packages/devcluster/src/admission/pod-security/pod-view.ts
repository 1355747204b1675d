import type { JsonObject } from '@caretaker/kube';
import { objs, str, sub } from '../../validation/parts/read.ts';

export interface ContainerView {
  readonly name: string;
  readonly spec: JsonObject;
  readonly security: JsonObject;
}

/** A pod, or the template of one, as the checks look at it. */
export interface PodView {
  readonly annotations: JsonObject;
  readonly spec: JsonObject;
  readonly security: JsonObject;
  /** Init containers first, ephemeral ones last. */
  readonly containers: readonly ContainerView[];
  readonly windows: boolean;
  /** The pod has users of its own. */
  readonly ownUsers: boolean;
}

export function podView(pod: JsonObject): PodView {
  const spec = sub(pod, 'spec');
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) => objs(spec, list));
  return {
    annotations: sub(sub(pod, 'metadata'), 'annotations'),
    spec,
    security: sub(spec, 'securityContext'),
    containers: containers.map((each) => ({ name: str(each, 'name'), spec: each, security: sub(each, 'securityContext') })),
    windows: str(sub(spec, 'os'), 'name') === 'windows',
    ownUsers: spec['hostUsers'] === false,
  };
}
