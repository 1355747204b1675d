import type { JsonObject } from '@caretaker/kube';
import { child, fill, fillZero, hasItems, isObject, items, member } from './fill.ts';
import type { DefaulterTable } from './plan.ts';

const PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const HOST = '(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?';
const REFERENCE = new RegExp(
  `^(?:${HOST}/)?${PART}(?:/${PART})*(?::(?<tag>[\\w][\\w.-]{0,127}))?(?<digest>@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`,
);

/** `latest`, `1.2`, or '' for an image named by digest alone, and for what is no name of an image. */
function imageTag(image: string): string {
  const groups = REFERENCE.exec(image)?.groups;
  if (groups === undefined) return '';
  return groups['tag'] ?? (groups['digest'] === undefined ? 'latest' : '');
}

const pullPolicy = (image: unknown): string => (typeof image === 'string' && imageTag(image) === 'latest' ? 'Always' : 'IfNotPresent');

function container(object: JsonObject): void {
  fillZero(object, 'imagePullPolicy', pullPolicy(object['image']));
  fillZero(object, 'terminationMessagePath', '/dev/termination-log');
  fillZero(object, 'terminationMessagePolicy', 'File');
}

/** Volumes whose source is absent are emptyDir. */
function volume(object: JsonObject): void {
  if (Object.keys(object).every((key) => key === 'name')) object['emptyDir'] = {};
  const image = member(object, 'image');
  if (image !== undefined) fillZero(image, 'pullPolicy', pullPolicy(image['reference']));
}

/** Resource lists are kept to the thousandth. */
function roundResources(object: JsonObject): void {
  for (const name of ['limits', 'requests']) {
    const list = member(object, name);
    if (list === undefined) continue;
    for (const key of Object.keys(list)) {
      const value = list[key];
      if (typeof value !== 'string' || !/[nu]$/.test(value)) continue;
      const milli = Math.ceil(Number.parseFloat(value) / (value.endsWith('n') ? 1e6 : 1e3));
      list[key] = milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
    }
  }
}

function requestsFromLimits(pod: JsonObject): void {
  const spec = child(pod, 'spec');
  for (const name of ['containers', 'initContainers']) {
    for (const one of items(spec, name)) {
      const limits = member(member(one, 'resources'), 'limits');
      if (limits === undefined) continue;
      const requests = child(child(one, 'resources'), 'requests');
      for (const key of Object.keys(limits)) fill(requests, key, limits[key] ?? null);
    }
  }
}

function hostPorts(pod: JsonObject): void {
  const spec = child(pod, 'spec');
  if (spec['hostNetwork'] !== true) return;
  for (const name of ['containers', 'initContainers']) {
    for (const one of items(spec, name)) for (const port of items(one, 'ports')) fillZero(port, 'hostPort', port['containerPort'] ?? 0);
  }
}

function podLevelRequests(pod: JsonObject): void {
  const resources = member(member(pod, 'spec'), 'resources');
  const limits = member(resources, 'limits');
  if (resources === undefined || limits === undefined) return;
  const requests = child(resources, 'requests');
  for (const key of Object.keys(limits)) if (/^(cpu|memory|hugepages-)/.test(key)) fill(requests, key, limits[key] ?? null);
}

function service(object: JsonObject): void {
  const spec = child(object, 'spec');
  fillZero(spec, 'sessionAffinity', 'None');
  if (spec['sessionAffinity'] === 'None') delete spec['sessionAffinityConfig'];
  if (spec['sessionAffinity'] === 'ClientIP') {
    const timeout = member(member(spec, 'sessionAffinityConfig'), 'clientIP')?.['timeoutSeconds'];
    if (timeout === undefined || timeout === null) spec['sessionAffinityConfig'] = { clientIP: { timeoutSeconds: 10800 } };
  }
  fillZero(spec, 'type', 'ClusterIP');
  for (const port of items(spec, 'ports')) {
    fillZero(port, 'protocol', 'TCP');
    fillZero(port, 'targetPort', port['port'] ?? 0);
  }
  const type = spec['type'];
  const external = type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && hasItems(spec, 'externalIPs'));
  if (external) fillZero(spec, 'externalTrafficPolicy', 'Cluster');
  if (type === 'NodePort' || type === 'LoadBalancer' || type === 'ClusterIP') fill(spec, 'internalTrafficPolicy', 'Cluster');
  if (type !== 'LoadBalancer') return;
  fill(spec, 'allocateLoadBalancerNodePorts', true);
  for (const ingress of items(
    member(object['status'] === undefined ? undefined : child(object, 'status'), 'loadBalancer') ?? {},
    'ingress',
  )) {
    if (typeof ingress['ip'] === 'string' && ingress['ip'] !== '') fill(ingress, 'ipMode', 'VIP');
  }
}

function limitRangeItem(object: JsonObject): void {
  if (object['type'] !== 'Container') return;
  const copy = (from: string, to: string): void => {
    const source = member(object, from);
    if (source === undefined) return;
    for (const key of Object.keys(source)) fill(child(object, to), key, source[key] ?? null);
  };
  copy('max', 'default');
  copy('default', 'defaultRequest');
  copy('min', 'defaultRequest');
}

function namespaceLabel(object: JsonObject): void {
  const metadata = child(object, 'metadata');
  const name = metadata['name'];
  if (typeof name === 'string' && name !== '') child(metadata, 'labels')['kubernetes.io/metadata.name'] = name;
}

function replicationController(object: JsonObject): void {
  const spec = child(object, 'spec');
  const labels = member(member(member(spec, 'template'), 'metadata'), 'labels');
  if (labels === undefined) return;
  if (!hasItems(spec, 'selector')) spec['selector'] = { ...labels };
  const metadata = child(object, 'metadata');
  if (!hasItems(metadata, 'labels')) metadata['labels'] = { ...labels };
}

const mode = (object: JsonObject): void => fill(object, 'defaultMode', 420);

export const CORE_DEFAULTS: DefaulterTable = {
  'core/v1.ReplicationController': replicationController,
  'core/v1.Volume': volume,
  'core/v1.Container': container,
  'core/v1.EphemeralContainer': container,
  'core/v1.ResourceRequirements': roundResources,
  'core/v1.VolumeResourceRequirements': roundResources,
  'core/v1.Service': service,
  'core/v1.Pod': (object) => {
    requestsFromLimits(object);
    podLevelRequests(object);
    fill(child(object, 'spec'), 'enableServiceLinks', true);
    hostPorts(object);
  },
  'core/v1.PodSpec': (object) => {
    fillZero(object, 'dnsPolicy', 'ClusterFirst');
    fillZero(object, 'restartPolicy', 'Always');
    fill(object, 'securityContext', {});
    fill(object, 'terminationGracePeriodSeconds', 30);
    fillZero(object, 'schedulerName', 'default-scheduler');
    // the older name of serviceAccountName is kept equal to it
    const name = object['serviceAccountName'] ?? object['serviceAccount'];
    if (typeof name === 'string' && name !== '') {
      object['serviceAccountName'] = name;
      object['serviceAccount'] = name;
    }
  },
  'core/v1.Probe': (object) => {
    fillZero(object, 'timeoutSeconds', 1);
    fillZero(object, 'periodSeconds', 10);
    fillZero(object, 'successThreshold', 1);
    fillZero(object, 'failureThreshold', 3);
    const grpc = member(object, 'grpc');
    if (grpc !== undefined) fill(grpc, 'service', '');
  },
  'core/v1.HTTPGetAction': (object) => {
    fillZero(object, 'path', '/');
    fillZero(object, 'scheme', 'HTTP');
  },
  'core/v1.SecretVolumeSource': mode,
  'core/v1.ConfigMapVolumeSource': mode,
  'core/v1.DownwardAPIVolumeSource': mode,
  'core/v1.ProjectedVolumeSource': mode,
  'core/v1.ServiceAccountTokenProjection': (object) => fill(object, 'expirationSeconds', 3600),
  'core/v1.HostPathVolumeSource': (object) => fill(object, 'type', ''),
  'core/v1.AzureDiskVolumeSource': (object) => fill(object, 'readOnly', false),
  'core/v1.ObjectFieldSelector': (object) => fillZero(object, 'apiVersion', 'v1'),
  'core/v1.Secret': (object) => fillZero(object, 'type', 'Opaque'),
  'core/v1.PersistentVolume': (object) => {
    fillZero(child(object, 'status'), 'phase', 'Pending');
    const spec = child(object, 'spec');
    fillZero(spec, 'persistentVolumeReclaimPolicy', 'Retain');
    fill(spec, 'volumeMode', 'Filesystem');
  },
  'core/v1.PersistentVolumeClaim': (object) => fillZero(child(object, 'status'), 'phase', 'Pending'),
  'core/v1.PersistentVolumeClaimSpec': (object) => fill(object, 'volumeMode', 'Filesystem'),
  'core/v1.EndpointPort': (object) => fillZero(object, 'protocol', 'TCP'),
  'core/v1.Namespace': namespaceLabel,
  'core/v1.NamespaceStatus': (object) => fillZero(object, 'phase', 'Active'),
  'core/v1.NodeStatus': (object) => {
    if (isObject(object['capacity']) && !isObject(object['allocatable'])) object['allocatable'] = { ...object['capacity'] };
  },
  'core/v1.LimitRangeItem': limitRangeItem,
};
