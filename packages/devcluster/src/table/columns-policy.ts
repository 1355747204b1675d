import type { KubeObject } from '@caretaker/kube';
import type { TableColumn } from '../server/contract.ts';
import { AGE, column, NAME, wide } from './column.ts';
import { hpaMetrics } from './hpa-metrics.ts';
import { at, firstThree, list, number, selectorText, text } from './read-value.ts';

const field = (name: string, path: string, missing = ''): TableColumn => column(name, (object) => text(object, path, missing));
const flag = (name: string, path: string, missing = false): TableColumn =>
  column(name, (object) => (at(object, path) ?? missing) === true, 'boolean');
const length = (name: string, path: string): TableColumn => column(name, (object) => list(object, path).length, 'integer');

const subjects = (kind: string) => (binding: KubeObject) =>
  list(binding, 'subjects')
    .filter((subject) => subject['kind'] === kind)
    .map((subject) => (kind === 'ServiceAccount' ? `${text(subject, 'namespace')}/${text(subject, 'name')}` : text(subject, 'name')))
    .join(', ');

const BINDING: readonly TableColumn[] = [
  NAME,
  column('Role', (binding) => `${text(binding, 'roleRef.kind')}/${text(binding, 'roleRef.name')}`),
  AGE,
  wide('Users', subjects('User')),
  wide('Groups', subjects('Group')),
  wide('ServiceAccounts', subjects('ServiceAccount')),
];

/** Of an APIService: `Local`, or the Service behind it. */
const servedBy = (object: KubeObject): string =>
  at(object, 'spec.service') === undefined ? 'Local' : `${text(object, 'spec.service.namespace')}/${text(object, 'spec.service.name')}`;

const availability = (object: KubeObject): string => {
  const condition = list(object, 'status.conditions').find((each) => each['type'] === 'Available');
  if (condition === undefined) return 'Unknown';
  return condition['status'] === 'True' ? 'True' : `${text(condition, 'status')} (${text(condition, 'reason')})`;
};

/** A name that says when it is the default one. */
const defaultName = (annotation: string): TableColumn => ({
  ...NAME,
  cell: (object) => `${object.metadata.name ?? ''}${object.metadata.annotations?.[annotation] === 'true' ? ' (default)' : ''}`,
});

export const POLICY_COLUMNS: Readonly<Record<string, readonly TableColumn[]>> = {
  'rbac.authorization.k8s.io/rolebindings': BINDING,
  'rbac.authorization.k8s.io/clusterrolebindings': BINDING,
  'networking.k8s.io/ingresses': [
    NAME,
    field('Class', 'spec.ingressClassName', '<none>'),
    column('Hosts', ingressHosts),
    column('Address', (ingress) =>
      list(ingress, 'status.loadBalancer.ingress')
        .map((each) => text(each, 'ip') || text(each, 'hostname'))
        .join(','),
    ),
    column('Ports', (ingress) => (list(ingress, 'spec.tls').length > 0 ? '80, 443' : '80')),
    AGE,
  ],
  'networking.k8s.io/ingressclasses': [
    defaultName('ingressclass.kubernetes.io/is-default-class'),
    field('Controller', 'spec.controller'),
    column('Parameters', ingressParameters),
    AGE,
  ],
  'networking.k8s.io/networkpolicies': [NAME, column('Pod-Selector', (policy) => selectorText(at(policy, 'spec.podSelector'))), AGE],
  'networking.k8s.io/servicecidrs': [
    NAME,
    column('CIDRs', (object) => (at(object, 'spec.cidrs') as string[] | undefined)?.join(',') ?? ''),
    AGE,
  ],
  'networking.k8s.io/ipaddresses': [
    NAME,
    column('ParentRef', (object) =>
      [text(object, 'spec.parentRef.resource'), text(object, 'spec.parentRef.namespace'), text(object, 'spec.parentRef.name')]
        .filter(Boolean)
        .join('/'),
    ),
  ],
  'policy/poddisruptionbudgets': [
    NAME,
    field('Min Available', 'spec.minAvailable', 'N/A'),
    field('Max Unavailable', 'spec.maxUnavailable', 'N/A'),
    column('Allowed Disruptions', (budget) => number(budget, 'status.disruptionsAllowed'), 'integer'),
    AGE,
  ],
  'autoscaling/horizontalpodautoscalers': [
    NAME,
    column('Reference', (hpa) => `${text(hpa, 'spec.scaleTargetRef.kind')}/${text(hpa, 'spec.scaleTargetRef.name')}`),
    column('Targets', hpaMetrics),
    field('MinPods', 'spec.minReplicas', '<unset>'),
    column('MaxPods', (hpa) => number(hpa, 'spec.maxReplicas')),
    column('Replicas', (hpa) => number(hpa, 'status.currentReplicas')),
    AGE,
  ],
  'coordination.k8s.io/leases': [NAME, field('Holder', 'spec.holderIdentity'), AGE],
  'discovery.k8s.io/endpointslices': [
    NAME,
    field('AddressType', 'addressType'),
    column('Ports', slicePorts),
    column('Endpoints', sliceEndpoints),
    AGE,
  ],
  'storage.k8s.io/storageclasses': [
    defaultName('storageclass.kubernetes.io/is-default-class'),
    field('Provisioner', 'provisioner'),
    field('ReclaimPolicy', 'reclaimPolicy', 'Delete'),
    field('VolumeBindingMode', 'volumeBindingMode', 'Immediate'),
    column('AllowVolumeExpansion', (object) => at(object, 'allowVolumeExpansion') === true),
    AGE,
  ],
  'storage.k8s.io/volumeattributesclasses': [NAME, field('DriverName', 'driverName'), AGE],
  'storage.k8s.io/volumeattachments': [
    NAME,
    { ...field('Attacher', 'spec.attacher'), format: 'name' },
    field('PV', 'spec.source.persistentVolumeName'),
    field('Node', 'spec.nodeName'),
    flag('Attached', 'status.attached'),
    AGE,
  ],
  'storage.k8s.io/csinodes': [NAME, length('Drivers', 'spec.drivers'), AGE],
  'storage.k8s.io/csidrivers': [
    NAME,
    flag('AttachRequired', 'spec.attachRequired', true),
    flag('PodInfoOnMount', 'spec.podInfoOnMount'),
    flag('StorageCapacity', 'spec.storageCapacity'),
    column('TokenRequests', (object) =>
      at(object, 'spec.tokenRequests') === undefined
        ? '<unset>'
        : list(object, 'spec.tokenRequests')
            .map((each) => text(each, 'audience'))
            .join(','),
    ),
    flag('RequiresRepublish', 'spec.requiresRepublish'),
    column('Modes', (object) => ((at(object, 'spec.volumeLifecycleModes') as string[] | undefined) ?? []).join(',') || '<none>'),
    AGE,
  ],
  'apiregistration.k8s.io/apiservices': [
    NAME,
    column('Service', (object) => servedBy(object)),
    column('Available', (object) => availability(object)),
    AGE,
  ],
  'scheduling.k8s.io/priorityclasses': [
    NAME,
    column('Value', (object) => number(object, 'value'), 'integer'),
    flag('Global-Default', 'globalDefault'),
    AGE,
    field('PreemptionPolicy', 'preemptionPolicy'),
  ],
  'node.k8s.io/runtimeclasses': [NAME, field('Handler', 'handler'), AGE],
  'certificates.k8s.io/certificatesigningrequests': [
    NAME,
    AGE,
    field('SignerName', 'spec.signerName', '<none>'),
    field('Requestor', 'spec.username'),
    column('RequestedDuration', (object) =>
      number(object, 'spec.expirationSeconds') === 0 ? '<none>' : `${number(object, 'spec.expirationSeconds')}s`,
    ),
    column('Condition', csrCondition),
  ],
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': [NAME, length('Webhooks', 'webhooks'), AGE],
  'admissionregistration.k8s.io/validatingwebhookconfigurations': [NAME, length('Webhooks', 'webhooks'), AGE],
  'admissionregistration.k8s.io/validatingadmissionpolicies': [
    NAME,
    length('Validations', 'spec.validations'),
    column('ParamKind', paramKind),
    AGE,
  ],
  'admissionregistration.k8s.io/mutatingadmissionpolicies': [
    NAME,
    length('Mutations', 'spec.mutations'),
    column('ParamKind', paramKind),
    AGE,
  ],
  'admissionregistration.k8s.io/validatingadmissionpolicybindings': [
    NAME,
    field('PolicyName', 'spec.policyName'),
    column('ParamRef', paramRef),
    AGE,
  ],
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings': [
    NAME,
    field('PolicyName', 'spec.policyName'),
    column('ParamRef', paramRef),
    AGE,
  ],
};

function ingressHosts(ingress: KubeObject): string {
  const rules = list(ingress, 'spec.rules');
  const hosts = rules.map((rule) => text(rule, 'host')).filter((host) => host !== '');
  if (hosts.length === 0) return '*';
  const shown = hosts.slice(0, 3).join(',');
  return hosts.length > 3 ? `${shown} + ${rules.length - 3} more...` : shown;
}

function ingressParameters(object: KubeObject): string {
  const kind = text(object, 'spec.parameters.kind');
  if (kind === '') return '<none>';
  const group = text(object, 'spec.parameters.apiGroup');
  return `${kind}${group === '' ? '' : `.${group}`}/${text(object, 'spec.parameters.name')}`;
}

function slicePorts(slice: KubeObject): string {
  if (list(slice, 'ports').length === 0) return '<unset>';
  return firstThree(list(slice, 'ports').map((port) => text(port, 'port') || text(port, 'name', '*')));
}

function sliceEndpoints(slice: KubeObject): string {
  if (list(slice, 'endpoints').length === 0) return '<unset>';
  return firstThree(
    list(slice, 'endpoints').flatMap((endpoint) => ((at(endpoint, 'addresses') as string[] | undefined) ?? []).map(String)),
  );
}

function csrCondition(object: KubeObject): string {
  const has = (type: string): boolean => list(object, 'status.conditions').some((condition) => condition['type'] === type);
  const words = [has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending'];
  if (has('Failed')) words.push('Failed');
  if (text(object, 'status.certificate') !== '') words.push('Issued');
  return words.join(',');
}

function paramKind(object: KubeObject): string {
  return at(object, 'spec.paramKind') === undefined
    ? '<unset>'
    : `${text(object, 'spec.paramKind.apiVersion')}/${text(object, 'spec.paramKind.kind')}`;
}

function paramRef(object: KubeObject): string {
  const name = text(object, 'spec.paramRef.name');
  return name === '' ? '<unset>' : `${text(object, 'spec.paramRef.namespace', '*')}/${name}`;
}
