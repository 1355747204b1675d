import type { AssetEntry, Condition } from '../catalog/types.ts';
import type { Context } from '../context/context.ts';
import { enabledFeatureGates } from '../context/feature-gates.ts';
import { isRecord, memberAt } from '../json.ts';

/** One condition, evaluated. `fault`: it cannot be evaluated as written, which counts as not met and is told. */
export interface ConditionResult {
  condition: string;
  met: boolean;
  fault?: string;
}

export function evaluateConditions(asset: AssetEntry, context: Context): ConditionResult[] {
  return asset.conditions.map((condition) => evaluate(condition, context));
}

/** always + no conditions = applied; opt-in + no conditions = never; else all must hold. */
export function conditionsHold(asset: AssetEntry, results: readonly ConditionResult[]): boolean {
  if (results.length === 0) return asset.install === 'always';
  return results.every((result) => result.met);
}

function evaluate(condition: Condition, context: Context): ConditionResult {
  const text = conditionText(condition);
  switch (condition.type) {
    case 'annotation': {
      const value = context.hco.metadata.annotations?.[condition.key];
      return { condition: text, met: condition.value === undefined ? value !== undefined : value === condition.value };
    }
    case 'feature-gate':
      return { condition: text, met: enabledFeatureGates(context.hco).has(condition.value) };
    case 'hardware-detection':
      return { condition: text, met: context.hardware[condition.detector] };
    case 'image':
      return { condition: text, met: (context.images[condition.key] ?? '') !== '' };
    case 'hco-field-unconfigured':
      return { condition: text, met: unconfigured(memberAt(context.hco, ...condition.path.split('.'))) };
    case 'topology': {
      const wanted = condition.value !== 'false';
      const actual: unknown = memberAt(context.topology, condition.field);
      if (typeof actual === 'boolean') return { condition: text, met: actual === wanted };
      return { condition: text, met: false, fault: `topology field ${condition.field} is no boolean` };
    }
  }
}

function unconfigured(value: unknown): boolean {
  return value === undefined || value === null || (isRecord(value) && Object.keys(value).length === 0);
}

/** As people write it: in debug output and events. */
function conditionText(condition: Condition): string {
  switch (condition.type) {
    case 'annotation':
      return condition.value === undefined ? `annotation ${condition.key}` : `annotation ${condition.key}=${condition.value}`;
    case 'feature-gate':
      return `feature gate ${condition.value}`;
    case 'hardware-detection':
      return `hardware ${condition.detector}`;
    case 'image':
      return `image ${condition.key}`;
    case 'hco-field-unconfigured':
      return `HyperConverged without ${condition.path}`;
    case 'topology':
      return `topology ${condition.field}=${condition.value ?? 'true'}`;
  }
}
