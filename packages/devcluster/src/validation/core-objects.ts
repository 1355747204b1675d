import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../apply/typed-view.ts';
import { cidrErrors } from './addresses.ts';
import { claimErrors, claimUpdateErrors } from './claims.ts';
import { duplicate, forbidden, invalid, notSupported, required, tooLong } from './field-errors.ts';
import { configMapKey, dnsSubdomain, qualifiedName } from './formats.ts';
import type { KindRules } from './kind-rules.ts';
import { immutable } from './object-meta.ts';
import { podErrors, podTemplateErrors, podUpdateErrors } from './pod.ts';
import { QUOTA_RULES } from './quotas.ts';
import { type Errors, flag, format, given, items, num, obj, objs, size, str, strs, sub } from './read.ts';

const members = (object: KubeObject): JsonObject => object as unknown as JsonObject;
const specOf = (object: KubeObject): JsonObject => sub(members(object), 'spec');

const MAX_DATA = 1024 * 1024;
const FROZEN = 'field is immutable when `immutable` is set';

function keysErrors(data: JsonObject, at: string, errors: Errors): number {
  let total = 0;
  for (const key of Object.keys(data)) {
    for (const words of configMapKey(key)) errors.push(invalid(`${at}[${key}]`, key, words));
    const value = str(data, key);
    total += at === 'data' ? Buffer.byteLength(value) : Math.floor((value.length * 3) / 4);
  }
  return total;
}

function configMap(next: KubeObject, errors: Errors): void {
  const data = sub(members(next), 'data');
  const binary = sub(members(next), 'binaryData');
  let total = keysErrors(data, 'data', errors);
  for (const key of Object.keys(data)) {
    if (binary[key] !== undefined) errors.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
  }
  total += keysErrors(binary, 'binaryData', errors);
  if (total > MAX_DATA) errors.push(tooLong('', MAX_DATA));
}

/** What `immutable: true` froze. */
function frozen(next: KubeObject, live: KubeObject, names: readonly string[], errors: Errors): void {
  if (!flag(members(live), 'immutable')) return;
  if (!flag(members(next), 'immutable')) errors.push(forbidden('immutable', FROZEN));
  for (const name of names) if (!equalValues(sub(members(next), name), sub(members(live), name))) errors.push(forbidden(name, FROZEN));
}

/** Keys that a Secret of a type must have. */
const SECRET_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

function jsonComplaint(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    // the words of Go's parser for the commonest case; secret contents are never quoted
    return text === '' ? 'unexpected end of JSON input' : `invalid character '${text[0]}' looking for beginning of value`;
  }
}

function secret(next: KubeObject, errors: Errors): void {
  const data = sub(members(next), 'data');
  let total = 0;
  for (const key of Object.keys(data)) {
    for (const words of configMapKey(key)) errors.push(invalid(`data[${key}]`, key, words));
    total += Math.floor((str(data, key).length * 3) / 4);
  }
  if (total > MAX_DATA) errors.push(tooLong('data', MAX_DATA));
  const type = str(members(next), 'type');
  if (type === 'kubernetes.io/service-account-token' && !next.metadata.annotations?.['kubernetes.io/service-account.name']) {
    errors.push(required('metadata.annotations[kubernetes.io/service-account.name]'));
  }
  if (type === 'kubernetes.io/basic-auth' && data['username'] === undefined && data['password'] === undefined) {
    errors.push(required('data[username]'), required('data[password]'));
  }
  for (const key of SECRET_KEYS[type] ?? []) {
    const value = data[key];
    if (value === undefined) errors.push(required(`data[${key}]`));
    else if (key.startsWith('.docker')) {
      const complaint = jsonComplaint(Buffer.from(String(value), 'base64').toString('utf8'));
      if (complaint !== undefined) errors.push(invalid(`data[${key}]`, '<secret contents redacted>', complaint));
    }
  }
}

const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function nodeTaints(spec: JsonObject, errors: Errors): void {
  const seen = new Set<string>();
  for (const [i, taint] of objs(spec, 'taints').entries()) {
    const path = items('metadata.taints', i);
    const key = str(taint, 'key');
    const effect = str(taint, 'effect');
    format(`${path}.key`, key, qualifiedName, errors);
    if (effect === '') errors.push(required(`${path}.effect`));
    else if (!TAINT_EFFECTS.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, TAINT_EFFECTS));
    const pair = `${key}/${effect}`;
    if (seen.has(pair))
      errors.push({
        ...duplicate(path, taint),
        message: `${duplicate(path, taint).message}: taints must be unique by key and effect pair`,
      });
    seen.add(pair);
  }
}

function nodeUpdate(next: KubeObject, live: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  const old = specOf(live);
  const before = strs(old, 'podCIDRs');
  const after = strs(spec, 'podCIDRs');
  const words = 'node updates may not change podCIDR except from "" to valid';
  if (before.length > 0) {
    if (before.length !== after.length) errors.push(forbidden('spec.podCIDRs', words));
    else for (const [i, cidr] of before.entries()) if (cidr !== after[i]) errors.push(forbidden('spec.podCIDRs', words));
  }
  if (str(old, 'providerID') !== '' && str(old, 'providerID') !== str(spec, 'providerID')) {
    errors.push(forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'));
  }
  nodeTaints(spec, errors);
}

function namespaceFinalizers(next: KubeObject, errors: Errors): void {
  for (const finalizer of strs(specOf(next), 'finalizers')) {
    format('spec.finalizers', finalizer, qualifiedName, errors);
    if (!finalizer.includes('/') && !['kubernetes', 'orphan', 'foregroundDeletion'].includes(finalizer)) {
      errors.push(invalid('spec.finalizers', finalizer, 'name is neither a standard finalizer name nor is it fully qualified'));
    }
  }
}

function namespaceStatus(next: KubeObject, _live: KubeObject, errors: Errors): void {
  const phase = str(sub(members(next), 'status'), 'phase');
  if (next.metadata.deletionTimestamp === undefined) {
    if (phase !== 'Active') errors.push(invalid('status.Phase', phase, "may only be 'Active' if `deletionTimestamp` is empty"));
  } else if (phase !== 'Terminating')
    errors.push(invalid('status.Phase', phase, "may only be 'Terminating' if `deletionTimestamp` is not empty"));
}

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

function persistentVolume(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  if (size(spec, 'accessModes') === 0) errors.push(required('spec.accessModes'));
  for (const mode of strs(spec, 'accessModes')) {
    if (!['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'].includes(mode)) {
      errors.push(notSupported('spec.accessModes', mode, ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']));
    }
  }
  const capacity = sub(spec, 'capacity');
  if (Object.keys(capacity).length === 0) errors.push(required('spec.capacity'));
  else if (capacity['storage'] === undefined || Object.keys(capacity).length > 1)
    errors.push(notSupported('spec.capacity', capacity, ['storage']));
  const sources = VOLUME_SOURCES.filter((name) => given(spec, name));
  if (sources.length === 0) errors.push(required('spec', 'must specify a volume type'));
  for (const name of sources.slice(1)) errors.push(forbidden(`spec.${name}`, 'may not specify more than 1 volume type'));
  const host = obj(spec, 'hostPath');
  if (host !== undefined && str(host, 'path') === '') errors.push(required('spec.hostPath.path'));
  if (str(spec, 'storageClassName') !== '')
    format('spec.storageClassName', str(spec, 'storageClassName'), (value) => dnsSubdomain(value), errors);
}

export const CORE_RULES: Readonly<Record<string, KindRules>> = {
  ...QUOTA_RULES,
  '/ConfigMap': {
    create: configMap,
    update: (next, live, errors) => {
      frozen(next, live, ['data', 'binaryData'], errors);
      configMap(next, errors);
    },
    metaOnUpdate: true,
  },
  '/Secret': {
    create: secret,
    update: (next, live, errors) => {
      immutable('type', str(members(next), 'type'), str(members(live), 'type'), errors);
      frozen(next, live, ['data'], errors);
      secret(next, errors);
    },
    metaOnUpdate: true,
  },
  '/Pod': { create: podErrors, update: podUpdateErrors, metaOnUpdate: true },
  '/PodTemplate': { create: (next, errors) => podTemplateErrors(sub(members(next), 'template'), 'template', errors) },
  '/PersistentVolumeClaim': {
    create: claimErrors,
    update: (next, live, errors) => {
      claimErrors(next, errors);
      claimUpdateErrors(next, live, errors);
    },
    metaOnUpdate: true,
  },
  '/PersistentVolume': { create: persistentVolume, update: (next, _live, errors) => persistentVolume(next, errors) },
  '/Node': {
    create: (next, errors) => {
      const spec = specOf(next);
      nodeTaints(spec, errors);
      for (const [i, cidr] of strs(spec, 'podCIDRs').entries()) cidrErrors(items('spec.podCIDRs', i), cidr, errors);
    },
    update: nodeUpdate,
    status: nodeUpdate,
  },
  '/Namespace': { name: 'label', create: namespaceFinalizers, status: namespaceStatus },
  '/ReplicationController': {
    create: (next, errors) => {
      const spec = specOf(next);
      const replicas = num(spec, 'replicas');
      if (replicas !== undefined && replicas < 0) errors.push(invalid('spec.replicas', replicas, 'must be greater than or equal to 0'));
      if (size(spec, 'selector') === 0) errors.push(required('spec.selector'));
      if (!given(spec, 'template')) errors.push(required('spec.template'));
      else podTemplateErrors(sub(spec, 'template'), 'spec.template', errors);
    },
  },
};
