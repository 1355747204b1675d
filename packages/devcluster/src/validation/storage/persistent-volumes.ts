import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import { carryEmpties, givenEmpty } from '../../decode/given-empty.ts';
import { compareQuantities, wholeQuantity } from '../../decode/quantity.ts';
import type { KindRules } from '../kind-rules.ts';
import { forbidden, invalid, notSupported, required } from '../parts/field-errors.ts';
import { dnsLabel, dnsSubdomain } from '../parts/formats.ts';
import { printInternal } from '../parts/internal-json.ts';
import { immutable } from '../parts/object-meta.ts';
import { type Errors, format, given, obj, objs, specOf, str, strs, sub } from '../parts/read.ts';
import { specDifference } from '../parts/spec-diff.ts';
import { nodeSelectorErrors } from '../pods/affinity.ts';
import { backstepErrors } from '../pods/containers.ts';
import { driverName } from '../pods/volume-drivers.ts';
import { iscsiErrors, volumeSource } from '../pods/volumes.ts';

const subdomain = (value: string): string[] => dnsSubdomain(value);

const VOLUME_SOURCES = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'flocker',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'local',
  'storageos',
  'csi',
];

const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

function accessModes(spec: JsonObject, errors: Errors): void {
  const at = 'spec.accessModes';
  const modes = strs(spec, 'accessModes');
  if (modes.length === 0) errors.push(required(at));
  for (const mode of modes) if (!MODES.includes(mode)) errors.push(notSupported(at, mode, MODES));
  const shared = modes.some((mode) => mode !== 'ReadWriteOncePod' && MODES.includes(mode));
  if (shared && modes.includes('ReadWriteOncePod')) errors.push(forbidden(at, 'may not use ReadWriteOncePod with other access modes'));
}

function capacity(spec: JsonObject, errors: Errors): void {
  const amounts = sub(spec, 'capacity');
  const names = Object.keys(amounts);
  if (names.length === 0) errors.push(required('spec.capacity'));
  if (amounts['storage'] === undefined || names.length > 1)
    errors.push(notSupported('spec.capacity', obj(spec, 'capacity') ?? givenEmpty(spec, 'capacity'), ['storage']));
  for (const name of names) {
    const amount = str(amounts, name);
    const order = compareQuantities(amount, '0');
    if (order < 0) errors.push(invalid(`spec.capacity[${name}]`, wholeQuantity(amount), 'must be a valid resource quantity'));
    if (order <= 0) errors.push(invalid(`spec.capacity[${name}]`, amount, 'must be greater than zero'));
  }
}

const SECRETS = ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef'];

function csi(source: JsonObject, at: string, errors: Errors): void {
  driverName(str(source, 'driver'), `${at}.driver`, errors);
  if (str(source, 'volumeHandle') === '') errors.push(required(`${at}.volumeHandle`));
  for (const name of SECRETS) {
    const secret = obj(source, name);
    if (secret === undefined) continue;
    if (str(secret, 'name') === '') errors.push(required(`${at}.${name}.name`));
    else format(`${at}.${name}.name`, str(secret, 'name'), subdomain, errors);
    if (str(secret, 'namespace') === '') errors.push(required(`${at}.${name}.namespace`));
    else format(`${at}.${name}.namespace`, str(secret, 'namespace'), dnsLabel, errors);
  }
}

/** What sources must hold where it is not what those of pods must; those of vendors that are gone are taken as they are. */
const SOURCES: Readonly<Record<string, (source: JsonObject, at: string, errors: Errors) => void>> = {
  local: (source, at, errors) => {
    if (str(source, 'path') === '') errors.push(required(`${at}.path`));
    else backstepErrors(str(source, 'path'), `${at}.path`, errors);
  },
  iscsi: (source, at, errors) => {
    iscsiErrors(source, at, errors, 'must be valid format');
    if (given(source, 'secretRef') && str(sub(source, 'secretRef'), 'name') === '') errors.push(required(`${at}.secretRef.name`));
  },
  csi,
};

function sources(spec: JsonObject, errors: Errors): void {
  const [first, ...others] = VOLUME_SOURCES.filter((name) => given(spec, name));
  if (first === undefined) errors.push(required('spec', 'must specify a volume type'));
  else {
    (SOURCES[first] ?? volumeSource(first))?.(sub(spec, first), `spec.${first}`, errors, '');
    if (first === 'local' && !given(spec, 'nodeAffinity'))
      errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
  }
  for (const name of others)
    errors.push(forbidden(`spec.${name === 'cephfs' ? 'cephFS' : name}`, 'may not specify more than 1 volume type'));
}

function volume(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  accessModes(spec, errors);
  capacity(spec, errors);
  const policy = str(spec, 'persistentVolumeReclaimPolicy');
  const policies = ['Delete', 'Recycle', 'Retain'];
  if (policy !== '' && !policies.includes(policy)) errors.push(notSupported('spec.persistentVolumeReclaimPolicy', policy, policies));
  const affinity = obj(spec, 'nodeAffinity');
  if (affinity !== undefined) {
    const needed = obj(affinity, 'required');
    const at = 'spec.nodeAffinity.required';
    if (needed === undefined) errors.push(required(at, 'must specify required node constraints'));
    else nodeSelectorErrors(needed, at, errors);
  }
  sources(spec, errors);
  if (str(sub(spec, 'hostPath'), 'path') === '/' && policy === 'Recycle')
    errors.push(forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'"));
  if (str(spec, 'storageClassName') !== '') format('spec.storageClassName', str(spec, 'storageClassName'), subdomain, errors);
  const mode = str(spec, 'volumeMode');
  if (given(spec, 'volumeMode') && !['Block', 'Filesystem'].includes(mode))
    errors.push(notSupported('spec.volumeMode', mode, ['Block', 'Filesystem']));
  if (!given(spec, 'volumeAttributesClassName')) return;
  const name = str(spec, 'volumeAttributesClassName');
  if (name === '') errors.push(required('spec.volumeAttributesClassName', 'an empty string is disallowed'));
  else format('spec.volumeAttributesClassName', name, subdomain, errors);
  if (!given(spec, 'csi')) errors.push(required('spec.csi', 'has to be specified when using volumeAttributesClassName'));
}

const sourceOf = (spec: JsonObject): JsonObject =>
  Object.fromEntries(VOLUME_SOURCES.flatMap((name) => (given(spec, name) ? [[name, spec[name] ?? null]] : [])));

/** An expansion secret may be set later. */
function withoutNewSecret(next: JsonObject, live: JsonObject): JsonObject {
  const [after, before] = [obj(next, 'csi'), obj(live, 'csi')];
  if (after === undefined || before === undefined || given(before, 'controllerExpandSecretRef')) return next;
  const { controllerExpandSecretRef: _, ...rest } = after;
  return { ...next, csi: carryEmpties<JsonObject>(after, rest) };
}

/** Labels of nodes that got other names when they became stable. */
const STABLE_LABELS: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
};

/** The affinity that was there, with the labels that the new one calls by their stable name. A label that has none may become no label at all. */
function withNewLabels(old: JsonObject, next: JsonObject | undefined): JsonObject {
  const wanted = objs(sub(next, 'required'), 'nodeSelectorTerms');
  const terms = objs(sub(old, 'required'), 'nodeSelectorTerms').map((term, i) => ({
    ...term,
    ...Object.fromEntries(
      ['matchExpressions', 'matchFields']
        .filter((list) => given(term, list))
        .map((list) => [
          list,
          objs(term, list).map((requirement, j) => {
            const key = str(objs(wanted[i], list)[j], 'key');
            return (STABLE_LABELS[str(requirement, 'key')] ?? '') === key && objs(wanted[i], list)[j] !== undefined
              ? { ...requirement, key }
              : requirement;
          }),
        ]),
    ),
  }));
  return { ...old, required: { ...sub(old, 'required'), nodeSelectorTerms: terms } };
}

function volumeUpdate(next: KubeObject, live: KubeObject, errors: Errors): void {
  const [spec, old] = [specOf(next), specOf(live)];
  const [after, before] = [withoutNewSecret(sourceOf(spec), sourceOf(old)), sourceOf(old)];
  if (!equalValues(after, before)) {
    const difference = specDifference('core.PersistentVolumeSource', before, after);
    errors.push(forbidden('spec.persistentvolumesource', `spec.persistentvolumesource is immutable after creation\n${difference}`));
  }
  immutable('volumeMode', spec['volumeMode'], old['volumeMode'], errors);
  const affinity = obj(spec, 'nodeAffinity');
  if (given(old, 'nodeAffinity') && !equalValues(affinity ?? null, withNewLabels(sub(old, 'nodeAffinity'), affinity))) {
    const shown = affinity === undefined ? null : printInternal('core.VolumeNodeAffinity', affinity);
    errors.push(invalid('nodeAffinity', shown, 'field is immutable, except for updating from beta label to GA'));
  }
  if (given(old, 'volumeAttributesClassName') && !given(spec, 'volumeAttributesClassName'))
    errors.push(forbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'));
}

export const VOLUME_RULES: Readonly<Record<string, KindRules>> = {
  '/PersistentVolume': { order: 'create-twice', create: volume, update: volumeUpdate },
};
