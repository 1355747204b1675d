/** Fields of pods whose features are off in 1.36: dropped, unless the stored object uses them already. In place. */
import type { JsonObject } from '@caretaker/kube';
import { items, member } from '../defaulting/fill.ts';
import { POD_TEMPLATES } from '../schema/pod-templates.ts';

/** Where the spec of a pod is in an object of this kind; undefined when there is none. */
function pathOfSpec(kind: string): readonly string[] | undefined {
  const template = kind === '/Pod' ? [] : POD_TEMPLATES[kind];
  return template && [...template, 'spec'];
}

const specAt = (object: JsonObject | undefined, path: readonly string[]): JsonObject | undefined =>
  path.reduce<JsonObject | undefined>((at, name) => member(at, name), object);

/** Containers whose life cycle names a signal to stop them by. */
function* signalled(spec: JsonObject): Generator<{ container: JsonObject; lifecycle: JsonObject }> {
  for (const list of ['containers', 'initContainers', 'ephemeralContainers']) {
    for (const container of items(spec, list)) {
      const lifecycle = member(container, 'lifecycle');
      if (lifecycle?.['stopSignal'] !== undefined) yield { container, lifecycle };
    }
  }
}

export function dropDisabledPodFields(kind: string, next: JsonObject, live: JsonObject | undefined): void {
  const path = pathOfSpec(kind);
  const spec = path === undefined ? undefined : specAt(next, path);
  if (path === undefined || spec === undefined) return;
  const before = specAt(live, path);
  if (spec['schedulingGroup'] !== undefined && before?.['schedulingGroup'] === undefined) delete spec['schedulingGroup'];
  const found = [...signalled(spec)];
  if (found.length === 0 || (before !== undefined && !signalled(before).next().done)) return;
  for (const { container, lifecycle } of found) {
    delete lifecycle['stopSignal'];
    if (Object.keys(lifecycle).length === 0) delete container['lifecycle'];
  }
}
