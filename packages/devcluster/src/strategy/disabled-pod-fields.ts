/** Fields of pods whose features are off in 1.36: dropped, unless the stored object uses them already. In place. */
import type { JsonObject } from '@caretaker/kube';
import { items, member } from '../defaulting/fill.ts';

/** Where the specs of pods are, by kind. */
const POD_SPECS: Readonly<Record<string, readonly string[]>> = {
  '/Pod': ['spec'],
  '/PodTemplate': ['template', 'spec'],
  '/ReplicationController': ['spec', 'template', 'spec'],
  'apps/DaemonSet': ['spec', 'template', 'spec'],
  'apps/Deployment': ['spec', 'template', 'spec'],
  'apps/ReplicaSet': ['spec', 'template', 'spec'],
  'apps/StatefulSet': ['spec', 'template', 'spec'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  'batch/Job': ['spec', 'template', 'spec'],
};

const specAt = (object: JsonObject | undefined, path: readonly string[]): JsonObject | undefined =>
  path.reduce<JsonObject | undefined>((at, name) => member(at, name), object);

const lifecyclesOf = (spec: JsonObject): { readonly container: JsonObject; readonly lifecycle: JsonObject }[] =>
  ['containers', 'initContainers', 'ephemeralContainers'].flatMap((list) =>
    items(spec, list).flatMap((container) => {
      const lifecycle = member(container, 'lifecycle');
      return lifecycle === undefined ? [] : [{ container, lifecycle }];
    }),
  );

const signals = (spec: JsonObject | undefined): boolean =>
  spec !== undefined && lifecyclesOf(spec).some(({ lifecycle }) => lifecycle['stopSignal'] !== undefined);

export function dropDisabledPodFields(kind: string, next: JsonObject, live: JsonObject | undefined): void {
  const path = POD_SPECS[kind];
  const spec = path === undefined ? undefined : specAt(next, path);
  if (path === undefined || spec === undefined) return;
  const before = specAt(live, path);
  if (before?.['schedulingGroup'] === undefined) delete spec['schedulingGroup'];
  if (signals(before)) return;
  for (const { container, lifecycle } of lifecyclesOf(spec)) {
    if (lifecycle['stopSignal'] === undefined) continue;
    delete lifecycle['stopSignal'];
    if (Object.keys(lifecycle).length === 0) delete container['lifecycle'];
  }
}
