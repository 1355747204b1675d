import type { GroupVersionKind } from '@caretaker/kube';
import type { AssetEntry } from '../catalog/types.ts';
import type { Context } from '../context/context.ts';
import { type Activation, isSelected } from './activation.ts';
import { type ConditionResult, conditionsHold, evaluateConditions } from './conditions.ts';

/** How a kind stands in the cluster. */
export type KindState =
  /** Discovery has it. */
  | 'served'
  /** Neither discovery nor a CRD has it. */
  | 'missing'
  /** Its CRD is there, but no server answers for it. */
  | 'unserved';

/** A kind that an asset needs. `crd` is told to people when it is known. */
export interface Dependency extends GroupVersionKind {
  crd?: string | undefined;
  state: KindState;
}

/** Why an asset is not applied; each means that nothing of it is reported. */
export type SkipReason = 'SwitchedOff' | 'NotSelected' | 'ConditionsNotMet' | 'DependencyMissing' | 'KindNotServed';

export type GateDecision = { apply: true } | { apply: false; reason: SkipReason; detail: string; conditions?: readonly ConditionResult[] };

/**
 * The gates before rendering, cheapest first. Dependencies come last: a missing CRD is told only for an asset that is wanted
 * (an operator that nobody asked for is no missing dependency).
 */
export function decideGate(asset: AssetEntry, activation: Activation, context: Context, dependencies: readonly Dependency[]): GateDecision {
  if (!activation.enabled) return { apply: false, reason: 'SwitchedOff', detail: 'the autopilot is switched off' };
  if (!isSelected(activation, asset)) return { apply: false, reason: 'NotSelected', detail: 'not in the list of the autopilot annotation' };
  const conditions = evaluateConditions(asset, context);
  if (!conditionsHold(asset, conditions)) {
    const open = conditions.filter((result) => !result.met).map((result) => result.fault ?? result.condition);
    return { apply: false, reason: 'ConditionsNotMet', detail: open.join(', ') || 'opt-in without conditions', conditions };
  }
  const missing = dependencies.find((dependency) => dependency.state === 'missing');
  if (missing) return { apply: false, reason: 'DependencyMissing', detail: `${missing.crd ?? describeKind(missing)} is not installed` };
  const unserved = dependencies.find((dependency) => dependency.state === 'unserved');
  if (unserved) {
    return {
      apply: false,
      reason: 'KindNotServed',
      detail: `no matches for kind "${unserved.kind}" in version "${unserved.apiVersion}"${unserved.crd === undefined ? '' : ` although the CRD ${unserved.crd} exists`}`,
    };
  }
  return { apply: true };
}

function describeKind(kind: GroupVersionKind): string {
  return `${kind.kind}.${kind.apiVersion}`;
}

/** Groups that every API server brings itself: such a kind has no CRD that could be missing. */
export function isBuiltinGroup(apiVersion: string): boolean {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  return group === '' || ['apps', 'batch', 'policy', 'autoscaling'].includes(group) || group.endsWith('.k8s.io');
}
