/** What the registries of built-in kinds allow, where it differs from the rule. By `group/Kind`, the core group as ''. */
import type { Strategy } from './contract.ts';

const COUNTED = new Set([
  'admissionregistration.k8s.io/MutatingAdmissionPolicy',
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
  'apiextensions.k8s.io/CustomResourceDefinition',
  'apps/DaemonSet',
  'apps/Deployment',
  'apps/ReplicaSet',
  'apps/StatefulSet',
  'batch/CronJob',
  'batch/Job',
  '/Pod',
  '/PodTemplate',
  '/ReplicationController',
  'discovery.k8s.io/EndpointSlice',
  'flowcontrol.apiserver.k8s.io/FlowSchema',
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration',
  'networking.k8s.io/Ingress',
  'networking.k8s.io/IngressClass',
  'networking.k8s.io/NetworkPolicy',
  'policy/PodDisruptionBudget',
  'resource.k8s.io/DeviceClass',
  'resource.k8s.io/ResourceSlice',
  'scheduling.k8s.io/PriorityClass',
  'storage.k8s.io/CSIDriver',
]);

const CREATED_ON_UPDATE = new Set([
  'coordination.k8s.io/Lease',
  '/Endpoints',
  '/Event',
  'events.k8s.io/Event',
  '/LimitRange',
  '/Service',
  'node.k8s.io/RuntimeClass',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'rbac.authorization.k8s.io/Role',
  'rbac.authorization.k8s.io/RoleBinding',
]);

const VERSION_REQUIRED = new Set([
  'admissionregistration.k8s.io/MutatingAdmissionPolicy',
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
  'apiextensions.k8s.io/CustomResourceDefinition',
  'apiregistration.k8s.io/APIService',
  'coordination.k8s.io/Lease',
  'node.k8s.io/RuntimeClass',
  'policy/PodDisruptionBudget',
  'storage.k8s.io/CSIDriver',
  'storage.k8s.io/CSINode',
  'storage.k8s.io/CSIStorageCapacity',
  'storage.k8s.io/VolumeAttachment',
]);

/** Kinds whose dependents nobody collects, whatever a deletion asks for. */
const UNCOLLECTED = new Set(['/Event', 'events.k8s.io/Event']);

const ORPHANING = new Set(['batch/Job', '/ReplicationController']);

type ResetFields = Strategy['resetFields'];

const STATUS_RULE: ResetFields = { '': [['status']], status: [['spec']] };

const RESET_FIELDS: Readonly<Record<string, ResetFields>> = {
  'apps/Deployment': { '': [['status']], status: [['spec'], ['metadata', 'labels']] },
  '/Pod': { '': [['status']], status: [['spec'], ['metadata', 'deletionTimestamp'], ['metadata', 'ownerReferences']] },
  '/Namespace': { '': [['status']], status: [['spec']], finalize: [['status']] },
  'certificates.k8s.io/CertificateSigningRequest': {
    '': [['spec'], ['status']],
    status: [['spec'], ['status', 'conditions']],
    approval: [['spec'], ['status', 'certificate']],
  },
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': { '': [['status']], status: [['spec'], ['metadata']] },
  'networking.k8s.io/ServiceCIDR': { '': [['status']], status: [['metadata'], ['spec']] },
  'resource.k8s.io/ResourceClaim': { '': [['status']], status: [['metadata'], ['spec']] },
  'storage.k8s.io/VolumeAttachment': { '': [['status']], status: [['metadata'], ['spec']] },
  'flowcontrol.apiserver.k8s.io/FlowSchema': { '': [['status']], status: [['metadata'], ['spec']] },
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration': { '': [['status']], status: [['metadata'], ['spec']] },
  'apiextensions.k8s.io/CustomResourceDefinition': { '': [['status']], status: [['metadata'], ['spec']] },
  'apiregistration.k8s.io/APIService': { '': [['status']], status: [['metadata'], ['spec']] },
};

/** The strategy of a built-in kind. */
export function builtinStrategy(group: string, kind: string, hasStatus: boolean): Strategy {
  const key = `${group}/${kind}`;
  return {
    countsGeneration: COUNTED.has(key),
    allowCreateOnUpdate: CREATED_ON_UPDATE.has(key),
    allowUnconditionalUpdate: !VERSION_REQUIRED.has(key),
    gracefulDelete: key === '/Pod',
    collectsDependents: !UNCOLLECTED.has(key),
    defaultPropagation: ORPHANING.has(key) ? 'orphan' : 'background',
    resetFields: RESET_FIELDS[key] ?? (hasStatus ? STATUS_RULE : {}),
  };
}
