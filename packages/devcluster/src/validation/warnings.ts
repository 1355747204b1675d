/** Warnings of writes that succeed, by kind, in the words of the server. */

import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../apply/typed-view.ts';
import { definitionWarnings } from '../crd/definition/format-warnings.ts';
import { parseQuantity } from '../decode/quantity.ts';
import { POD_TEMPLATES } from '../schema/pod-templates.ts';
import {
  accountWarnings,
  capacityWarnings,
  expressionWarnings,
  networkPolicyWarnings,
  OLD_NODE_LABELS,
  quotaWarnings,
  rangeWarning,
  runtimeClassWarnings,
  storageClassWarnings,
} from './cluster-warnings.ts';
import { dnsLabel } from './parts/formats.ts';
import { given, items, members, num, objs, size, specOf, str, strs, sub } from './parts/read.ts';
import { appArmorWarnings } from './pods/app-armor.ts';
import { volumePathWarnings } from './pods/volume-path-warnings.ts';

export type Warn = (next: KubeObject, live: KubeObject | undefined, warnings: string[]) => void;

function nameWarning(next: KubeObject, live: KubeObject | undefined, use: string, warnings: string[]): void {
  if (live !== undefined) return;
  const words = dnsLabel(next.metadata.name ?? '');
  if (words.length === 0) return;
  const tail = 'which can result in surprising behavior; a DNS label is recommended';
  warnings.push(`metadata.name: this is used in ${use}, ${tail}: [${words.join(' ')}]`);
}

function repeated(list: readonly JsonObject[], member: string, at: string, what: string, warnings: string[]): void {
  const seen = new Set<string>();
  for (const [i, one] of list.entries()) {
    const value = str(one, member);
    if (seen.has(value)) warnings.push(`${items(at, i)}.${member}: duplicate ${what} ${JSON.stringify(value)}`);
    seen.add(value);
  }
}

function fractional(list: JsonObject, at: string, warnings: string[], names: readonly string[] = ['memory', 'ephemeral-storage']): void {
  for (const name of names) {
    const value = str(list, name);
    const quantity = value === '' ? undefined : parseQuantity(value);
    if (quantity !== undefined && quantity.nanos % 1_000_000_000n !== 0n)
      warnings.push(`${at}[${name}]: fractional byte value ${JSON.stringify(value)} is invalid, must be an integer`);
  }
}

function claimWarnings(spec: JsonObject, at: string, warnings: string[]): void {
  const resources = sub(spec, 'resources');
  for (const list of ['requests', 'limits']) fractional(sub(resources, list), `${at}.resources.${list}`, warnings, ['storage']);
}

function envWarnings(container: JsonObject, at: string, warnings: string[]): void {
  const seen = new Set<string>();
  for (const [i, item] of objs(container, 'env').entries()) {
    const name = str(item, 'name');
    const value = str(item, 'value');
    const reference = `$(${name})`;
    if (!seen.has(name)) seen.add(name);
    else if (value === '' || value === reference || !value.includes(reference)) {
      const words = `hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`;
      warnings.push(`${items(`${at}.env`, i)}: ${words}`);
    }
  }
}

interface Port {
  readonly at: string;
  readonly port: JsonObject;
}

function portOverlap(one: JsonObject, other: JsonObject): string {
  const [hostA, hostB] = [num(one, 'hostPort') ?? 0, num(other, 'hostPort') ?? 0];
  const [ipA, ipB] = [str(one, 'hostIP'), str(other, 'hostIP')];
  if (ipA === ipB && hostA === hostB) return 'duplicate port definition with';
  if (hostA === 0 || hostB === 0) return 'overlapping port definition with';
  return hostA === hostB && (ipA === '') !== (ipB === '') ? 'dangerously ambiguous port definition with' : '';
}

function portWarnings(containers: readonly Port[], warnings: string[]): void {
  const ports = containers.flatMap(({ at, port: container }) =>
    objs(container, 'ports').map((port, i): Port => ({ at: items(`${at}.ports`, i), port })),
  );
  if (ports.length < 2) return;
  const known = new Map<string, Port[]>();
  for (const entry of ports) {
    const key = `${num(entry.port, 'containerPort') ?? 0}/${str(entry.port, 'protocol')}`;
    const others = known.get(key) ?? [];
    for (const other of others) {
      const words = portOverlap(entry.port, other.port);
      if (words !== '') warnings.push(`${entry.at}: ${words} ${other.at}`);
    }
    known.set(key, [...others, entry]);
  }
  const names = new Map<string, string>();
  for (const { at, port } of ports) {
    const name = str(port, 'name');
    const other = names.get(name);
    if (name === '') continue;
    if (other === undefined) names.set(name, at);
    else
      warnings.push(
        `${at}: duplicate port name ${JSON.stringify(name)} with ${other}, services and probes that select ports by name will use ${other}`,
      );
  }
}

const NO_MATCH = 'a null labelSelector results in matching no pod';

function affinityWarnings(spec: JsonObject, at: string, warnings: string[]): void {
  for (const kind of ['podAffinity', 'podAntiAffinity']) {
    const affinity = sub(sub(spec, 'affinity'), kind);
    const needed = 'requiredDuringSchedulingIgnoredDuringExecution';
    const wished = 'preferredDuringSchedulingIgnoredDuringExecution';
    for (const [i, term] of objs(affinity, needed).entries())
      if (!given(term, 'labelSelector')) warnings.push(`${items(`${at}.affinity.${kind}.${needed}`, i)}.labelSelector: ${NO_MATCH}`);
    for (const [i, term] of objs(affinity, wished).entries()) {
      if (given(sub(term, 'podAffinityTerm'), 'labelSelector')) continue;
      warnings.push(`${items(`${at}.affinity.${kind}.${wished}`, i)}.podAffinityTerm.labelSelector: ${NO_MATCH}`);
    }
  }
}

/** Sources of volumes that are on their way out, in the order in which they are looked for. */
const OLD_VOLUMES = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
] as const;

/** Old sources that a volume of the cluster may still have without a word. */
const UNTOLD_VOLUMES: ReadonlySet<string> = new Set(['flocker', 'quobyte']);

const goName = (source: string): string => (source === 'storageos' ? 'storageOS' : source);

const OLD_CLASS_ANNOTATION = [
  'volume.beta.kubernetes.io/storage-class',
  'deprecated since v1.8; use "storageClassName" attribute instead',
] as const;
const OLD_MOUNT_ANNOTATION = [
  'volume.beta.kubernetes.io/mount-options',
  'deprecated since v1.31; use "mountOptions" attribute instead',
] as const;

function oldAnnotation(object: KubeObject, [key, words]: readonly [string, string], warnings: string[]): void {
  if (object.metadata.annotations?.[key] !== undefined) warnings.push(`metadata.annotations[${key}]: ${words}`);
}

function volumeWarnings(volume: KubeObject, warnings: string[]): void {
  const spec = specOf(volume);
  oldAnnotation(volume, OLD_CLASS_ANNOTATION, warnings);
  oldAnnotation(volume, OLD_MOUNT_ANNOTATION, warnings);
  if (str(spec, 'persistentVolumeReclaimPolicy') === 'Recycle')
    warnings.push(
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
    );
  for (const [name, words] of OLD_VOLUMES)
    if (given(spec, name) && !UNTOLD_VOLUMES.has(name)) warnings.push(`spec.${goName(name)}: ${words}`);
  const terms = objs(sub(sub(spec, 'nodeAffinity'), 'required'), 'nodeSelectorTerms');
  for (const [i, term] of terms.entries()) expressionWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${i}]`, warnings);
}

function podSpecWarnings(spec: JsonObject, at: string, warnings: string[]): void {
  for (const key of Object.keys(sub(spec, 'nodeSelector'))) {
    const words = OLD_NODE_LABELS[key];
    if (words !== undefined) warnings.push(`${at}.nodeSelector[${key}]: ${words}`);
  }
  for (const [i, one] of objs(spec, 'topologySpreadConstraints').entries()) {
    const place = items(`${at}.topologySpreadConstraints`, i);
    const words = OLD_NODE_LABELS[str(one, 'topologyKey')];
    if (words !== undefined) warnings.push(`${place}.topologyKey: ${str(one, 'topologyKey')} is ${words}`);
    if (!given(one, 'labelSelector')) warnings.push(`${place}.labelSelector: ${NO_MATCH}`);
  }
  for (const [i, volume] of objs(spec, 'volumes').entries()) {
    for (const [name, words] of OLD_VOLUMES) if (given(volume, name)) warnings.push(`${at}.volumes[${i}].${goName(name)}: ${words}`);
  }
  volumePathWarnings(objs(spec, 'volumes'), warnings);
  repeated(objs(spec, 'hostAliases'), 'ip', `${at}.hostAliases`, 'ip', warnings);
  const secrets = objs(spec, 'imagePullSecrets');
  repeated(secrets, 'name', `${at}.imagePullSecrets`, 'name', warnings);
  for (const [i, secret] of secrets.entries())
    if (str(secret, 'name') === '') warnings.push(`${items(`${at}.imagePullSecrets`, i)}.name: invalid empty name ""`);
  const init = objs(spec, 'initContainers').map((port, i): Port => ({ at: items(`${at}.initContainers`, i), port }));
  const main = objs(spec, 'containers').map((port, i): Port => ({ at: items(`${at}.containers`, i), port }));
  for (const { at: place, port: container } of [...init, ...main]) {
    const resources = sub(container, 'resources');
    for (const list of ['limits', 'requests']) fractional(sub(resources, list), `${place}.resources.${list}`, warnings);
    envWarnings(container, place, warnings);
  }
  portWarnings([...init, ...main], warnings);
  if ((num(spec, 'terminationGracePeriodSeconds') ?? 0) < 0)
    warnings.push(`${at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`);
  affinityWarnings(spec, at, warnings);
}

/** Kinds with a pod template: the template is looked at when it is new and when the object's generation changes. */
function template(kind: string, use: string): Warn {
  const path = POD_TEMPLATES[kind] ?? [];
  const at = `${path.join('.')}.spec`;
  const find = (object: KubeObject): JsonObject => path.reduce<JsonObject>((holder, name) => sub(holder, name), members(object));
  return (next, live, warnings) => {
    if (use !== '') nameWarning(next, live, use, warnings);
    if (live !== undefined && next.metadata.generation === live.metadata.generation) return;
    podSpecWarnings(sub(find(next), 'spec'), at, warnings);
    appArmorWarnings(find(next), path.join('.'), warnings);
  };
}

const PODS = 'Pod names and hostnames';

function service(next: KubeObject, _live: KubeObject | undefined, warnings: string[]): void {
  const spec = specOf(next);
  const external = strs(spec, 'externalIPs').length > 0;
  const type = str(spec, 'type');
  const headless = type === 'ClusterIP' && str(spec, 'clusterIP') === 'None';
  if (headless) {
    if (str(spec, 'loadBalancerIP') !== '') warnings.push('spec.loadBalancerIP is ignored for headless services');
    if (external) warnings.push('spec.externalIPs is ignored for headless services');
    if (str(spec, 'sessionAffinity') !== 'None') warnings.push('spec.SessionAffinity is ignored for headless services');
  }
  if (external && !headless && type !== 'ExternalName')
    warnings.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  for (const [i, range] of strs(spec, 'loadBalancerSourceRanges').entries())
    rangeWarning(range, `spec.loadBalancerSourceRanges[${i}]`, warnings);
  if (type === 'ExternalName' && external) warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  if (type !== 'ExternalName' && str(spec, 'externalName') !== '')
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  if (str(spec, 'trafficDistribution') === 'PreferClose')
    warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
}

const INGRESS_CLASS = 'kubernetes.io/ingress.class';

const PEM_TYPE = /-----BEGIN ([A-Z0-9 ]+)-----/;

/** What is wrong with a key pair, in the words of Go's TLS. */
function keyPairProblem(certificate: string, key: string): string | undefined {
  const [, first] = PEM_TYPE.exec(certificate) ?? [];
  if (first === undefined) return 'tls: failed to find any PEM data in certificate input';
  if (first !== 'CERTIFICATE') {
    return first.endsWith('PRIVATE KEY')
      ? 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'
      : `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${first}]`;
  }
  const [, second] = PEM_TYPE.exec(key) ?? [];
  if (second === undefined) return 'tls: failed to find any PEM data in key input';
  if (second === 'CERTIFICATE') return 'tls: found a certificate rather than a key in the PEM for the private key';
  return undefined;
}

function secret(next: KubeObject, _live: KubeObject | undefined, warnings: string[]): void {
  if (str(members(next), 'type') !== 'kubernetes.io/tls') return;
  const text = (name: string): string => Buffer.from(str(sub(members(next), 'data'), name), 'base64').toString('latin1');
  const problem = keyPairProblem(text('tls.crt'), text('tls.key'));
  if (problem !== undefined) warnings.push(problem);
}

export const WARNINGS: Readonly<Record<string, Warn>> = {
  '/Node': (next, _live, warnings) => {
    if (given(specOf(next), 'configSource')) warnings.push('spec.configSource: the feature is removed');
    if (str(specOf(next), 'externalID') !== '') warnings.push('spec.externalID: this field is deprecated, and is unused by Kubernetes');
  },
  '/Secret': secret,
  '/ServiceAccount': accountWarnings,
  '/ResourceQuota': quotaWarnings,
  'storage.k8s.io/StorageClass': (next, _live, warnings) => storageClassWarnings(next, warnings),
  'storage.k8s.io/CSIStorageCapacity': (next, _live, warnings) => capacityWarnings(next, warnings),
  'node.k8s.io/RuntimeClass': (next, _live, warnings) => runtimeClassWarnings(next, warnings),
  'networking.k8s.io/NetworkPolicy': (next, _live, warnings) => networkPolicyWarnings(next, warnings),
  '/Pod': (next, live, warnings) => {
    nameWarning(next, live, "the Pod's hostname", warnings);
    if (live === undefined || !equalValues(specOf(next), specOf(live))) podSpecWarnings(specOf(next), 'spec', warnings);
  },
  'discovery.k8s.io/EndpointSlice': (next, live, warnings) => {
    if (live === undefined && str(members(next), 'addressType') === 'FQDN')
      warnings.push('spec.addressType: FQDN endpoints are deprecated');
  },
  'apiextensions.k8s.io/CustomResourceDefinition': definitionWarnings,
  '/PersistentVolume': (next, _live, warnings) => volumeWarnings(next, warnings),
  '/PersistentVolumeClaim': (next, _live, warnings) => {
    oldAnnotation(next, OLD_CLASS_ANNOTATION, warnings);
    claimWarnings(specOf(next), 'spec', warnings);
  },
  '/PodTemplate': template('/PodTemplate', ''),
  '/ReplicationController': (next, live, warnings) => {
    if (live === undefined) template('/ReplicationController', PODS)(next, live, warnings);
  },
  'apps/Deployment': template('apps/Deployment', PODS),
  'apps/ReplicaSet': template('apps/ReplicaSet', PODS),
  'apps/StatefulSet': (next, live, warnings) => {
    template('apps/StatefulSet', '')(next, live, warnings);
    if (live !== undefined && next.metadata.generation === live.metadata.generation) return;
    for (const [i, claim] of objs(specOf(next), 'volumeClaimTemplates').entries())
      claimWarnings(sub(claim, 'spec'), `${items('spec.volumeClaimTemplates', i)}${live === undefined ? '' : '.Spec'}`, warnings);
    if ((num(specOf(next), 'revisionHistoryLimit') ?? 0) < 0)
      warnings.push('spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended');
  },
  'apps/DaemonSet': template('apps/DaemonSet', ''),
  'batch/Job': template('batch/Job', PODS),
  'batch/CronJob': template('batch/CronJob', PODS),
  '/Service': service,
  'storage.k8s.io/CSIDriver': (next, live, warnings) => {
    const spec = sub(members(next), 'spec');
    const requests = spec['tokenRequests'] ?? null;
    if (size(spec, 'tokenRequests') === 0 || given(spec, 'serviceAccountTokenInSecrets')) return;
    if (live !== undefined && equalValues(requests, sub(members(live), 'spec')['tokenRequests'] ?? null)) return;
    warnings.push(
      'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes',
    );
  },
  'networking.k8s.io/Ingress': (next, live, warnings) => {
    if (live !== undefined || next.metadata.annotations?.[INGRESS_CLASS] === undefined) return;
    if (given(specOf(next), 'ingressClassName')) return;
    warnings.push(`annotation "${INGRESS_CLASS}" is deprecated, please use 'spec.ingressClassName' instead`);
  },
};
