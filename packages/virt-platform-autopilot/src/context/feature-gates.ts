import type { KubeObject } from '@caretaker/kube';
import { isRecord, memberAt } from '../json.ts';

/**
 * Names of the enabled feature gates of a HyperConverged. v1 holds a list of {name, state} (no state = enabled), v1beta1 a map of
 * booleans; both are read, whatever the apiVersion says.
 */
export function enabledFeatureGates(hco: KubeObject): ReadonlySet<string> {
  const gates = memberAt(hco, 'spec', 'featureGates');
  const enabled = new Set<string>();
  if (Array.isArray(gates)) {
    for (const gate of gates) {
      if (typeof gate === 'string') enabled.add(gate);
      else if (isRecord(gate) && typeof gate['name'] === 'string' && gate['state'] !== 'Disabled') enabled.add(gate['name']);
    }
  } else if (isRecord(gates)) {
    for (const [name, state] of Object.entries(gates)) if (state === true) enabled.add(name);
  }
  return enabled;
}
