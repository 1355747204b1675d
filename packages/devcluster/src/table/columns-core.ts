import type { JsonObject, KubeObject } from '@caretaker/kube';
import type { TableColumn } from '../server/contract.ts';
import { AGE, column, NAME, selectorColumn, wide } from './column.ts';
import { at, firstThree, keys, list, number, since, text } from './read-value.ts';

const field = (name: string, path: string, missing = ''): TableColumn => column(name, (object) => text(object, path, missing));

export const CORE_COLUMNS: Readonly<Record<string, readonly TableColumn[]>> = {
  '/configmaps': [NAME, column('Data', (object) => keys(object, 'data').length + keys(object, 'binaryData').length), AGE],
  '/secrets': [NAME, field('Type', 'type'), column('Data', (object) => keys(object, 'data').length), AGE],
  '/namespaces': [NAME, field('Status', 'status.phase'), AGE],
  '/serviceaccounts': [NAME, AGE],
  '/services': [
    NAME,
    field('Type', 'spec.type'),
    column('Cluster-IP', (object) => text(object, 'spec.clusterIP', '<none>')),
    column('External-IP', externalIp),
    column('Port(s)', servicePorts),
    AGE,
    selectorColumn(),
  ],
  '/endpoints': [NAME, column('Endpoints', endpoints), AGE],
  '/nodes': [
    NAME,
    column('Status', nodeStatus),
    column('Roles', nodeRoles),
    AGE,
    field('Version', 'status.nodeInfo.kubeletVersion'),
    wide('Internal-IP', (node) => nodeAddress(node, 'InternalIP')),
    wide('External-IP', (node) => nodeAddress(node, 'ExternalIP')),
    wide('OS-Image', (node) => text(node, 'status.nodeInfo.osImage', '<unknown>')),
    wide('Kernel-Version', kernel),
    wide('Container-Runtime', (node) => text(node, 'status.nodeInfo.containerRuntimeVersion', '<unknown>')),
  ],
  '/events': eventColumns('involvedObject'),
  'events.k8s.io/events': eventColumns('regarding'),
  '/persistentvolumes': [
    NAME,
    field('Capacity', 'spec.capacity.storage', '0'),
    column('Access Modes', (object) => accessModes(at(object, 'spec.accessModes'))),
    field('Reclaim Policy', 'spec.persistentVolumeReclaimPolicy'),
    column('Status', (object) => phase(object)),
    column('Claim', (object) =>
      at(object, 'spec.claimRef') === undefined ? '' : `${text(object, 'spec.claimRef.namespace')}/${text(object, 'spec.claimRef.name')}`,
    ),
    field('StorageClass', 'spec.storageClassName'),
    field('VolumeAttributesClass', 'spec.volumeAttributesClassName', '<unset>'),
    field('Reason', 'status.reason'),
    AGE,
    wide('VolumeMode', (object) => text(object, 'spec.volumeMode', '<unset>')),
  ],
  '/persistentvolumeclaims': [
    NAME,
    column('Status', (object) => phase(object)),
    field('Volume', 'spec.volumeName'),
    column('Capacity', (object) => (text(object, 'spec.volumeName') === '' ? '' : text(object, 'status.capacity.storage', '0'))),
    column('Access Modes', (object) => (text(object, 'spec.volumeName') === '' ? '' : accessModes(at(object, 'status.accessModes')))),
    field('StorageClass', 'spec.storageClassName'),
    field('VolumeAttributesClass', 'spec.volumeAttributesClassName', '<unset>'),
    AGE,
    wide('VolumeMode', (object) => text(object, 'spec.volumeMode', '<unset>')),
  ],
  '/resourcequotas': [NAME, column('Request', (object) => quota(object, false)), column('Limit', (object) => quota(object, true)), AGE],
  '/podtemplates': [
    NAME,
    column('Containers', (object) =>
      list(object, 'template.spec.containers')
        .map((each) => text(each, 'name'))
        .join(','),
    ),
    column('Images', (object) =>
      list(object, 'template.spec.containers')
        .map((each) => text(each, 'image'))
        .join(','),
    ),
    column('Pod Labels', (object) => labels(at(object, 'template.metadata.labels'))),
  ],
};

function labels(value: unknown): string {
  if (value === null || typeof value !== 'object') return '<none>';
  return (
    Object.entries(value)
      .map(([key, label]) => `${key}=${String(label)}`)
      .sort()
      .join(',') || '<none>'
  );
}

function phase(object: KubeObject): string {
  return object.metadata.deletionTimestamp === undefined ? text(object, 'status.phase') : 'Terminating';
}

function accessModes(modes: unknown): string {
  const short: Readonly<Record<string, string>> = {
    ReadWriteOnce: 'RWO',
    ReadOnlyMany: 'ROX',
    ReadWriteMany: 'RWX',
    ReadWriteOncePod: 'RWOP',
  };
  const given = new Set(Array.isArray(modes) ? modes.map(String) : []);
  return Object.entries(short)
    .filter(([mode]) => given.has(mode))
    .map(([, word]) => word)
    .join(',');
}

function externalIp(service: KubeObject): string {
  const given = at(service, 'spec.externalIPs');
  const external = Array.isArray(given) ? given.map(String) : [];
  switch (text(service, 'spec.type')) {
    case 'ExternalName':
      return text(service, 'spec.externalName');
    case 'LoadBalancer': {
      const balancer = list(service, 'status.loadBalancer.ingress').map((each) => text(each, 'ip') || text(each, 'hostname'));
      const all = [...balancer, ...external];
      return all.length > 0 ? all.join(',') : '<pending>';
    }
    case 'ClusterIP':
    case 'NodePort':
      return external.length > 0 ? external.join(',') : '<none>';
    default:
      return '<unknown>'; // the row of a bookmark
  }
}

function servicePorts(service: KubeObject): string {
  const ports = list(service, 'spec.ports').map((port) => {
    const node = number(port, 'nodePort');
    return `${number(port, 'port')}${node === 0 ? '' : `:${node}`}/${text(port, 'protocol', 'TCP')}`;
  });
  return ports.length > 0 ? ports.join(',') : '<none>';
}

function endpoints(object: KubeObject): string {
  const all = list(object, 'subsets').flatMap((subset) => {
    const addresses = list(subset, 'addresses').map((address) => text(address, 'ip'));
    const ports = list(subset, 'ports');
    return ports.length === 0 ? addresses : ports.flatMap((port) => addresses.map((ip) => `${ip}:${number(port, 'port')}`));
  });
  return firstThree(all);
}

function nodeStatus(node: KubeObject): string {
  const ready = list(node, 'status.conditions').find((condition) => condition['type'] === 'Ready');
  const words = [ready === undefined ? 'Unknown' : ready['status'] === 'True' ? 'Ready' : 'NotReady'];
  if (at(node, 'spec.unschedulable') === true) words.push('SchedulingDisabled');
  return words.join(',');
}

function nodeRoles(node: KubeObject): string {
  const roles = Object.entries(node.metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith('node-role.kubernetes.io/')) return [key.slice('node-role.kubernetes.io/'.length)];
    return key === 'kubernetes.io/role' && value !== '' ? [value] : [];
  });
  return roles.length > 0 ? [...new Set(roles)].sort().join(',') : '<none>';
}

function nodeAddress(node: KubeObject, type: string): string {
  return text(
    list(node, 'status.addresses').find((address) => address['type'] === type),
    'address',
    '<none>',
  );
}

function kernel(node: KubeObject): string {
  const architecture = text(node, 'status.nodeInfo.architecture');
  return `${text(node, 'status.nodeInfo.kernelVersion', '<unknown>')}${architecture === '' ? '' : ` (${architecture})`}`;
}

function quota(object: KubeObject, limits: boolean): string {
  return keys(object, 'status.hard')
    .filter((resource) => resource.startsWith('limits.') === limits)
    .sort()
    .map((resource) => `${resource}: ${quantityOf(at(object, 'status.used'), resource)}/${quantityOf(at(object, 'status.hard'), resource)}`)
    .join(', ');
}

function quantityOf(map: unknown, key: string): string {
  const value: unknown = map !== null && typeof map === 'object' ? Reflect.get(map, key) : undefined;
  return value === undefined ? '0' : String(value);
}

function eventColumns(subject: string): TableColumn[] {
  const times = (event: KubeObject, now: number): { first: string; last: string } => {
    const first = text(event, 'firstTimestamp') || text(event, 'deprecatedFirstTimestamp');
    const firstSeen = first === '' ? since(at(event, 'eventTime'), now) : since(first, now);
    const last = text(event, 'lastTimestamp') || text(event, 'deprecatedLastTimestamp');
    const series = text(event, 'series.lastObservedTime');
    return { first: firstSeen, last: series !== '' ? since(series, now) : last === '' ? firstSeen : since(last, now) };
  };
  return [
    column('Last Seen', (event, now) => times(event, now).last),
    field('Type', 'type'),
    field('Reason', 'reason'),
    column('Object', (event) => {
      const name = text(event, `${subject}.name`);
      const kind = text(event, `${subject}.kind`).toLowerCase();
      return name === '' ? kind : `${kind}/${name}`;
    }),
    wide('Subobject', (event) => text(event, `${subject}.fieldPath`)),
    wide('Source', eventSource),
    column('Message', (event) => (text(event, 'message') || text(event, 'note')).trim()),
    wide('First Seen', (event, now) => times(event, now).first),
    wide('Count', (event) => number(event, 'series.count') || number(event, 'count') || number(event, 'deprecatedCount') || 1),
    { ...NAME, priority: 1 },
  ];
}

function eventSource(event: JsonObject | KubeObject): string {
  const component =
    text(event, 'source.component') ||
    text(event, 'deprecatedSource.component') ||
    text(event, 'reportingComponent') ||
    text(event, 'reportingController');
  const host = text(event, 'source.host') || text(event, 'deprecatedSource.host') || text(event, 'reportingInstance');
  return host === '' ? component : `${component}, ${host}`;
}
