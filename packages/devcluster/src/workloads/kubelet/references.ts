import type { KubeObject } from '@caretaker/kube';
import { namespaceOf } from '../machinery/objects.ts';
import { at, fields, flag, items, text } from '../machinery/read.ts';

/** Finds a ConfigMap or Secret of a namespace. */
export type Lookup = (kind: 'ConfigMap' | 'Secret', name: string) => KubeObject | undefined;

/** A volume that cannot be mounted: what the node says of it. */
export function missingVolume(pod: KubeObject, lookup: Lookup): string | undefined {
  for (const volume of items(pod, 'spec', 'volumes')) {
    const sources = [volume, ...items(volume, 'projected', 'sources')];
    for (const source of sources) {
      const missing =
        absent(lookup, 'ConfigMap', text(source, 'configMap', 'name'), at(source, 'configMap')) ??
        absent(lookup, 'Secret', text(source, 'secret', 'secretName') || text(source, 'secret', 'name'), at(source, 'secret'));
      // The root CA is published a moment after its namespace; waiting for it is no failure worth an event.
      if (missing !== undefined) return `MountVolume.SetUp failed for volume "${text(volume, 'name')}" : ${missing}`;
    }
  }
  return undefined;
}

function absent(lookup: Lookup, kind: 'ConfigMap' | 'Secret', name: string, reference: unknown): string | undefined {
  if (name === '' || flag(reference, 'optional') || lookup(kind, name)) return undefined;
  return `${kind.toLowerCase()} "${name}" not found`;
}

/** An environment reference that cannot be resolved: the message of CreateContainerConfigError. */
export function missingEnvironment(pod: KubeObject, container: unknown, lookup: Lookup): string | undefined {
  for (const source of items(container, 'envFrom')) {
    const missing =
      absent(lookup, 'ConfigMap', text(source, 'configMapRef', 'name'), at(source, 'configMapRef')) ??
      absent(lookup, 'Secret', text(source, 'secretRef', 'name'), at(source, 'secretRef'));
    if (missing !== undefined) return missing;
  }
  for (const variable of items(container, 'env')) {
    const missing = missingKey(pod, variable, lookup);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

function missingKey(pod: KubeObject, variable: unknown, lookup: Lookup): string | undefined {
  for (const kind of ['ConfigMap', 'Secret'] as const) {
    const reference = at(variable, 'valueFrom', kind === 'ConfigMap' ? 'configMapKeyRef' : 'secretKeyRef');
    const name = text(reference, 'name');
    if (reference === undefined || flag(reference, 'optional')) continue;
    const object = lookup(kind, name);
    if (!object) return `${kind.toLowerCase()} "${name}" not found`;
    const key = text(reference, 'key');
    if (fields(object, 'data')[key] === undefined && fields(object, 'binaryData')[key] === undefined) {
      return `couldn't find key ${key} in ${kind} ${namespaceOf(pod)}/${name}`;
    }
  }
  return undefined;
}
