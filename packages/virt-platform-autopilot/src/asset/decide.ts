import type { KubeObject } from '@caretaker/kube';
import type { Situation } from '../metrics/situation.ts';
import type { Customization } from '../metrics/status.ts';
import { objectAnnotations } from '../names.ts';
import { applyOverrides } from '../overrides/overrides.ts';
import type { Evaluation } from './evaluate.ts';
import { type AssetState, identityOf } from './report-state.ts';

/** What the pass will do, and what is known of its report already. */
export type Decision =
  | { act: false; state: AssetState }
  | { act: true; object: KubeObject; ignoreFields: readonly string[]; state: AssetState };

const plain = { customizations: [] as readonly Customization[], invalidIgnoreFields: [] as readonly string[] };

/** For everything that is decided before the live object is looked at; undefined: the object is wanted. Pure. */
export function decideEvaluation(evaluation: Evaluation): AssetState | undefined {
  switch (evaluation.result) {
    case 'wanted':
      return undefined;
    case 'excluded':
      return {
        ...plain,
        situation: 'Excluded',
        detail: `excluded by rule ${JSON.stringify(evaluation.rule)}`,
        identity: identityOf(evaluation.object),
      };
    case 'empty':
      return { ...plain, situation: 'NotApplicable', detail: 'the template has nothing for this cluster' };
    case 'failed':
      return { ...plain, situation: 'Failed', detail: evaluation.message, stage: 'render' };
    case 'skipped':
      return {
        ...plain,
        situation: evaluation.reason satisfies Situation,
        detail: evaluation.detail,
        ...(evaluation.reason === 'DependencyMissing' ? { missing: evaluation.detail } : {}),
      };
  }
}

/** For a wanted object, with the annotations of the live one. Pure. */
export function decideObject(golden: KubeObject, annotations: Readonly<Record<string, string>>, namespaceExists: boolean): Decision {
  const identity = identityOf(golden);
  const overridden = applyOverrides(golden, annotations);
  if (!overridden.managed) {
    const state: AssetState = {
      ...plain,
      situation: 'Unmanaged',
      detail: 'unmanaged by annotation',
      identity,
      customizations: ['unmanaged'],
    };
    return { act: false, state };
  }
  const customizations: Customization[] = [];
  if (overridden.has.patch) customizations.push('patch');
  if (overridden.has.ignore) customizations.push('ignore');
  const text = annotations[objectAnnotations.patch] ?? '';
  const state: AssetState = {
    situation: 'InSync',
    detail: '',
    identity,
    customizations,
    patch: overridden.patched === undefined ? undefined : { operations: overridden.patched, text },
    invalidPatch: overridden.invalidPatch,
    invalidIgnoreFields: overridden.invalidIgnoreFields,
  };
  if (!namespaceExists) {
    return { act: false, state: { ...state, situation: 'NamespaceMissing', detail: `namespace ${identity.namespace} does not exist` } };
  }
  return { act: true, object: overridden.object, ignoreFields: overridden.ignoreFields, state };
}
