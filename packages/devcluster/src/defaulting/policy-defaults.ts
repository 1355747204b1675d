import type { JsonObject } from '@caretaker/kube';
import { child, fill, fillZero, hasItems, member } from './fill.ts';
import type { DefaulterTable } from './plan.ts';

const RBAC = 'rbac.authorization.k8s.io';

function networkPolicy(object: JsonObject): void {
  const spec = child(object, 'spec');
  if (!hasItems(spec, 'policyTypes')) spec['policyTypes'] = hasItems(spec, 'egress') ? ['Ingress', 'Egress'] : ['Ingress'];
}

function webhook(object: JsonObject): void {
  fill(object, 'failurePolicy', 'Fail');
  fill(object, 'matchPolicy', 'Equivalent');
  fill(object, 'namespaceSelector', {});
  fill(object, 'objectSelector', {});
  fill(object, 'timeoutSeconds', 10);
}

/** One device, unless something else is asked for. */
function allocation(object: JsonObject): void {
  fillZero(object, 'allocationMode', 'ExactCount');
  if (object['allocationMode'] === 'ExactCount') fillZero(object, 'count', 1);
}

function csiDriver(object: JsonObject): void {
  const spec = child(object, 'spec');
  fill(spec, 'attachRequired', true);
  fill(spec, 'podInfoOnMount', false);
  fill(spec, 'storageCapacity', false);
  fill(spec, 'fsGroupPolicy', 'ReadWriteOnceWithFSType');
  if (!hasItems(spec, 'volumeLifecycleModes')) spec['volumeLifecycleModes'] = ['Persistent'];
  fill(spec, 'requiresRepublish', false);
  fill(spec, 'seLinuxMount', false);
}

export const POLICY_DEFAULTS: DefaulterTable = {
  'networking/v1.NetworkPolicyPort': (object) => fill(object, 'protocol', 'TCP'),
  'networking/v1.NetworkPolicy': networkPolicy,
  'networking/v1.IngressClass': (object) => {
    const parameters = member(member(object, 'spec'), 'parameters');
    if (parameters !== undefined) fill(parameters, 'scope', 'Cluster');
  },
  'rbac/v1.ClusterRoleBinding': (object) => fillZero(child(object, 'roleRef'), 'apiGroup', RBAC),
  'rbac/v1.RoleBinding': (object) => fillZero(child(object, 'roleRef'), 'apiGroup', RBAC),
  'rbac/v1.Subject': (object) => {
    if (object['kind'] === 'User' || object['kind'] === 'Group') fillZero(object, 'apiGroup', RBAC);
  },
  'storage/v1.StorageClass': (object) => {
    fill(object, 'reclaimPolicy', 'Delete');
    fill(object, 'volumeBindingMode', 'Immediate');
  },
  'storage/v1.CSIDriver': csiDriver,
  'discovery/v1.EndpointPort': (object) => {
    fill(object, 'name', '');
    fill(object, 'protocol', 'TCP');
  },
  'flowcontrol/v1.FlowSchemaSpec': (object) => fillZero(object, 'matchingPrecedence', 1000),
  'flowcontrol/v1.ExemptPriorityLevelConfiguration': (object) => {
    fill(object, 'nominalConcurrencyShares', 0);
    fill(object, 'lendablePercent', 0);
  },
  'flowcontrol/v1.LimitedPriorityLevelConfiguration': (object) => {
    fill(object, 'nominalConcurrencyShares', 30);
    fill(object, 'lendablePercent', 0);
  },
  'flowcontrol/v1.QueuingConfiguration': (object) => {
    fillZero(object, 'handSize', 8);
    fillZero(object, 'queues', 64);
    fillZero(object, 'queueLengthLimit', 50);
  },
  'resource/v1.ExactDeviceRequest': allocation,
  'resource/v1.DeviceSubRequest': allocation,
  'scheduling/v1.PriorityClass': (object) => fill(object, 'preemptionPolicy', 'PreemptLowerPriority'),
  'admissionregistration/v1.ValidatingWebhook': webhook,
  'admissionregistration/v1.MutatingWebhook': (object) => {
    webhook(object);
    fill(object, 'reinvocationPolicy', 'Never');
  },
  'admissionregistration/v1.RuleWithOperations': (object) => fill(object, 'scope', '*'),
  'admissionregistration/v1.NamedRuleWithOperations': (object) => fill(object, 'scope', '*'),
  'admissionregistration/v1.ServiceReference': (object) => fill(object, 'port', 443),
  'admissionregistration/v1.ValidatingAdmissionPolicySpec': (object) => fill(object, 'failurePolicy', 'Fail'),
  'admissionregistration/v1.MutatingAdmissionPolicySpec': (object) => fill(object, 'failurePolicy', 'Fail'),
  'admissionregistration/v1.MatchResources': (object) => {
    fill(object, 'matchPolicy', 'Equivalent');
    fill(object, 'namespaceSelector', {});
    fill(object, 'objectSelector', {});
  },
};
