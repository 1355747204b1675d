import { definitionRules } from '../crd/definition-rules.ts';
import { CLUSTER_RULES } from './cluster/cluster-objects.ts';
import { CORE_RULES } from './cluster/core-objects.ts';
import { EVENT_RULES } from './cluster/events.ts';
import { NODE_RULES } from './cluster/nodes.ts';
import type { KindRules } from './kind-rules.ts';
import { ENDPOINTS_RULES } from './network/endpoints.ts';
import { NETWORKING_RULES } from './network/networking.ts';
import { SERVICE_RULES } from './network/service.ts';
import { ADMISSION_POLICY_RULES } from './policy/admission-policies.ts';
import { CERTIFICATE_RULES } from './policy/certificates.ts';
import { FLOW_CONTROL_RULES } from './policy/flow-control.ts';
import { POLICY_RULES } from './policy/policy.ts';
import { WEBHOOK_RULES } from './policy/webhooks.ts';
import { VOLUME_RULES } from './storage/persistent-volumes.ts';
import { RESOURCE_CLAIM_RULES } from './storage/resource-claims.ts';
import { RESOURCE_SLICE_RULES } from './storage/resource-slices.ts';
import { STORAGE_RULES } from './storage/storage.ts';
import { AUTOSCALING_RULES } from './workloads/autoscaling.ts';
import { BATCH_RULES } from './workloads/batch.ts';
import { WORKLOAD_RULES } from './workloads/workloads.ts';

/** Validation of built-in kinds, by `group/Kind`. */
export const KIND_RULES: Readonly<Record<string, KindRules>> = {
  ...CORE_RULES,
  ...WORKLOAD_RULES,
  ...BATCH_RULES,
  ...SERVICE_RULES,
  ...NETWORKING_RULES,
  ...POLICY_RULES,
  ...AUTOSCALING_RULES,
  ...STORAGE_RULES,
  ...FLOW_CONTROL_RULES,
  ...CLUSTER_RULES,
  ...NODE_RULES,
  ...VOLUME_RULES,
  ...CERTIFICATE_RULES,
  ...EVENT_RULES,
  ...ENDPOINTS_RULES,
  ...RESOURCE_CLAIM_RULES,
  ...RESOURCE_SLICE_RULES,
  ...WEBHOOK_RULES,
  ...ADMISSION_POLICY_RULES,
  'apiextensions.k8s.io/CustomResourceDefinition': definitionRules,
};
