import { definitionRules } from '../crd/definition-rules.ts';
import { BATCH_RULES } from './batch.ts';
import { CORE_RULES } from './core-objects.ts';
import { ENDPOINTS_RULES } from './endpoints.ts';
import { EVENT_RULES } from './events.ts';
import type { KindRules } from './kind-rules.ts';
import { NETWORKING_RULES } from './networking.ts';
import { POLICY_RULES } from './policy.ts';
import { SERVICE_RULES } from './service.ts';
import { WEBHOOK_RULES } from './webhooks.ts';
import { WORKLOAD_RULES } from './workloads.ts';

/** Validation of built-in kinds, by `group/Kind`. */
export const KIND_RULES: Readonly<Record<string, KindRules>> = {
  ...CORE_RULES,
  ...WORKLOAD_RULES,
  ...BATCH_RULES,
  ...SERVICE_RULES,
  ...NETWORKING_RULES,
  ...POLICY_RULES,
  ...EVENT_RULES,
  ...ENDPOINTS_RULES,
  ...WEBHOOK_RULES,
  'apiextensions.k8s.io/CustomResourceDefinition': definitionRules,
};
