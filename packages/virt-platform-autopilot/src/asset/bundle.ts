import type { Bundle, Owner } from '@caretaker/engine';
import type { KubeObject } from '@caretaker/kube';
import { hyperConverged, operatorName } from '../names.ts';

/** One owner per asset: the unit that the engine paces, pauses and claims by. */
export function ownerOf(asset: string, hco: KubeObject): Owner {
  const { apiVersion, kind, metadata } = hco;
  return { key: asset, apiVersion, kind, namespace: metadata.namespace, name: metadata.name ?? '', uid: `${operatorName}/${asset}` };
}

/**
 * The engine's order for one asset. Golden state is taken by force; nothing is ever pruned, so removing an asset leaves its object. The HyperConverged is
 * somebody's own: what was seen of it may be out of date, and once deleted it must not come back by us.
 */
export function bundleOf(owner: Owner, object: KubeObject, ignoreFields: readonly string[]): Bundle {
  return {
    owner,
    desired: [
      {
        id: owner.key,
        object,
        conflictPolicy: 'Force',
        creationPolicy: owner.key === hyperConverged.asset ? 'Never' : 'WhenNeeded',
        deletionPolicy: 'Retain',
        onImmutable: 'Fail',
        waitForReady: false,
        readiness: { type: 'exists' },
        ignoreFields,
      },
    ],
  };
}
