import { claimResize } from './claim-resize.ts';
import type { AdmissionPlugin } from './contract.ts';
import { customResourceLifecycle } from './custom-resource-lifecycle.ts';
import { limitRanger } from './limit-ranger.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { defaultIngressClass, defaultStorageClass, storageProtection, taintNewNodes } from './object-defaults.ts';
import { defaultTolerationSeconds, priorityAdmission, serviceAccountAdmission } from './pod-defaults.ts';
import { podSecurity } from './pod-security/plugin.ts';
import { mutatingAdmissionPolicies } from './policy/mutate.ts';
import { validatingAdmissionPolicies } from './policy/plugin.ts';
import { rbacEscalation } from './rbac-escalation.ts';
import { resourceQuota } from './resource-quota.ts';
import { runtimeClassAdmission } from './runtime-class.ts';
import { mutatingWebhooks, validatingWebhooks, type WebhookContext } from './webhook/plugin.ts';

/** The default plugins of kube-apiserver, in its order. */
export function admissionPlugins(context: WebhookContext): AdmissionPlugin[] {
  const { store, random } = context;
  return [
    namespaceLifecycle(store),
    customResourceLifecycle(store),
    limitRanger(store),
    serviceAccountAdmission(store, random),
    taintNewNodes,
    podSecurity(store),
    priorityAdmission(store),
    defaultTolerationSeconds,
    storageProtection,
    claimResize(store),
    runtimeClassAdmission(store),
    defaultIngressClass(store),
    defaultStorageClass(store),
    mutatingAdmissionPolicies(context),
    mutatingWebhooks(context),
    rbacEscalation(store, context.authorizer),
    validatingAdmissionPolicies(context),
    validatingWebhooks(context),
    resourceQuota(store, context.clock),
  ];
}
