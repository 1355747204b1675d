import type { Authorizer } from '../auth/authorizer.ts';
import type { AdmissionPlugin } from './contract.ts';
import { customResourceLifecycle } from './custom-resource-lifecycle.ts';
import { limitRanger } from './limit-ranger.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { defaultIngressClass, defaultStorageClass, storageProtection, taintNewNodes } from './object-defaults.ts';
import { defaultTolerationSeconds, priorityAdmission, serviceAccountAdmission } from './pod-defaults.ts';
import { validatingAdmissionPolicies } from './policy/plugin.ts';
import { rbacEscalation } from './rbac-escalation.ts';
import { resourceQuota } from './resource-quota.ts';
import { mutatingWebhooks, validatingWebhooks, type WebhookContext } from './webhook/plugin.ts';

/** The default plugins of kube-apiserver, in its order. */
export function admissionPlugins(context: WebhookContext & { readonly authorizer: Authorizer }): AdmissionPlugin[] {
  const { store, random, catalog } = context;
  return [
    namespaceLifecycle(store),
    customResourceLifecycle(store),
    limitRanger(store),
    serviceAccountAdmission(store, random),
    taintNewNodes,
    priorityAdmission(store),
    defaultTolerationSeconds,
    storageProtection,
    defaultIngressClass(store),
    defaultStorageClass(store),
    mutatingWebhooks(context),
    rbacEscalation(store, context.authorizer),
    validatingAdmissionPolicies(store, catalog),
    validatingWebhooks(context),
    resourceQuota(store),
  ];
}
