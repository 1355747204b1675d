import type { Random } from '@caretaker/kube';
import type { Store } from '../storage/store.ts';
import type { AdmissionPlugin } from './contract.ts';
import { customResourceLifecycle } from './custom-resource-lifecycle.ts';
import { limitRanger } from './limit-ranger.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { defaultIngressClass, defaultStorageClass, storageProtection, taintNewNodes } from './object-defaults.ts';
import { defaultTolerationSeconds, priorityAdmission, serviceAccountAdmission } from './pod-defaults.ts';
import { resourceQuota } from './resource-quota.ts';

/** The default plugins of kube-apiserver, in its order. */
export function admissionPlugins(store: Store, random: Random): AdmissionPlugin[] {
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
    resourceQuota(store),
  ];
}
