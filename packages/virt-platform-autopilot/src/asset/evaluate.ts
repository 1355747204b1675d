import type { KubeObject } from '@caretaker/kube';
import type { LoadedAsset } from '../catalog/load.ts';
import type { Context } from '../context/context.ts';
import { messageOf } from '../errors.ts';
import type { Activation } from '../gates/activation.ts';
import type { ConditionResult } from '../gates/conditions.ts';
import { type ExclusionRule, excludingRule } from '../gates/exclusions.ts';
import { type Dependency, decideGate, type SkipReason } from '../gates/gate.ts';
import type { ClusterView, Lookup } from '../render/cluster-view.ts';
import type { Renderer } from '../render/renderer.ts';

/** What one asset is in one state of the cluster, before anything of the live object is looked at. */
export type Evaluation =
  | { result: 'wanted'; object: KubeObject; lookups: readonly Lookup[] }
  | { result: 'excluded'; object: KubeObject; rule: ExclusionRule; lookups: readonly Lookup[] }
  | { result: 'skipped'; reason: SkipReason; detail: string; conditions: readonly ConditionResult[] }
  /** The template has nothing for this cluster. */
  | { result: 'empty'; lookups: readonly Lookup[] }
  | { result: 'failed'; message: string };

export interface EvaluateInput {
  asset: LoadedAsset;
  activation: Activation;
  context: Context;
  exclusions: readonly ExclusionRule[];
  dependencies: readonly Dependency[];
  /** The API version to apply it in. */
  apiVersion: string;
}

/** The one evaluator: what the controller applies, the debug endpoints show and `render` prints. Pure but for what `view` says. */
export function evaluate(input: EvaluateInput, renderer: Renderer, view: ClusterView): Evaluation {
  const { asset, activation, context } = input;
  const gate = decideGate(asset.entry, activation, context, input.dependencies);
  if (!gate.apply) return { result: 'skipped', reason: gate.reason, detail: gate.detail, conditions: gate.conditions ?? [] };
  try {
    const rendered = renderer.render(asset, context, view);
    if (rendered.object === undefined) return { result: 'empty', lookups: rendered.lookups };
    const object = { ...rendered.object, apiVersion: input.apiVersion };
    const rule = excludingRule(input.exclusions, object);
    const { lookups } = rendered;
    return rule === undefined ? { result: 'wanted', object, lookups } : { result: 'excluded', object, rule, lookups };
  } catch (error) {
    return { result: 'failed', message: messageOf(error) };
  }
}
