import type { JsonObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import { CORE_DEFAULTS } from './core-defaults.ts';
import { defaultDefinition } from './definition-defaults.ts';
import { fill, isObject } from './fill.ts';
import { DefaultingPlans } from './plan.ts';
import { POLICY_DEFAULTS } from './policy-defaults.ts';
import { WORKLOAD_DEFAULTS } from './workload-defaults.ts';

const plans = new DefaultingPlans({ ...CORE_DEFAULTS, ...WORKLOAD_DEFAULTS, ...POLICY_DEFAULTS });

/** Kinds that live outside k8s.io/api. */
const OTHERS: Readonly<Record<string, (object: JsonObject) => void>> = {
  'apiextensions.k8s.io/CustomResourceDefinition': defaultDefinition,
  'apiregistration.k8s.io/APIService': (object) => {
    const service = isObject(object['spec']) && isObject(object['spec']['service']) ? object['spec']['service'] : undefined;
    if (service !== undefined) fill(service, 'port', 443);
  },
};

/** Fills in the defaults of a built-in kind, in place. */
export function applyBuiltinDefaults(type: TypeInfo, object: JsonObject): void {
  if (type.goType === undefined) return;
  OTHERS[`${type.group}/${type.kind}`]?.(object);
  plans.apply(type.goType, object);
}
