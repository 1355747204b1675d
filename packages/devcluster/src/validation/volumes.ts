import type { JsonObject } from '@caretaker/kube';
import { compareQuantities } from '../decode/quantity.ts';
import { claimSpecErrors } from './claims.ts';
import { backstepErrors, descendingPathErrors, fieldRefErrors, resourceFieldRefErrors, VOLUME_FIELDS } from './containers.ts';
import { duplicate, forbidden, invalid, required } from './field-errors.ts';
import { dnsLabel } from './formats.ts';
import { type Errors, format, given, items, num, obj, objs, optionalEnum, str, sub } from './read.ts';

const MODE_WORDS = 'must be a number between 0 and 0777 (octal), both inclusive';

function mode(source: JsonObject, name: string, at: string, errors: Errors): void {
  const value = num(source, name);
  if (value !== undefined && (value < 0 || value > 0o777)) errors.push(invalid(`${at}.${name}`, value, MODE_WORDS));
}

function localPath(path: string, at: string, errors: Errors): void {
  descendingPathErrors(path, at, errors);
  if (path.startsWith('..') && !path.startsWith('../')) errors.push(invalid(at, path, "must not start with '..'"));
}

function keyToPath(source: JsonObject, at: string, errors: Errors): void {
  for (const [i, item] of objs(source, 'items').entries()) {
    const path = items(`${at}.items`, i);
    if (str(item, 'key') === '') errors.push(required(`${path}.key`));
    if (str(item, 'path') === '') errors.push(required(`${path}.path`));
    localPath(str(item, 'path'), `${path}.path`, errors);
    mode(item, 'mode', path, errors);
  }
}

function downwardFile(file: JsonObject, at: string, errors: Errors): void {
  if (str(file, 'path') === '') errors.push(required(`${at}.path`));
  localPath(str(file, 'path'), `${at}.path`, errors);
  const field = obj(file, 'fieldRef');
  const resource = obj(file, 'resourceFieldRef');
  if (field !== undefined) {
    fieldRefErrors(field, VOLUME_FIELDS, `${at}.fieldRef`, errors);
    if (resource !== undefined) errors.push(invalid(at, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
  } else if (resource !== undefined) resourceFieldRefErrors(resource, `${at}.resourceFieldRef`, true, errors);
  else errors.push(required(at, 'one of fieldRef and resourceFieldRef is required'));
  mode(file, 'mode', at, errors);
}

function projected(source: JsonObject, at: string, errors: Errors): void {
  mode(source, 'defaultMode', at, errors);
  for (const [i, one] of objs(source, 'sources').entries()) {
    const path = items(`${at}.sources`, i);
    let count = 0;
    for (const kind of ['secret', 'configMap'] as const) {
      const part = obj(one, kind);
      if (part === undefined) continue;
      count++;
      if (str(part, 'name') === '') errors.push(required(`${path}.${kind}.name`));
      keyToPath(part, `${path}.${kind}`, errors);
    }
    const downward = obj(one, 'downwardAPI');
    if (downward !== undefined) {
      count++;
      for (const file of objs(downward, 'items')) downwardFile(file, `${path}.downwardAPI`, errors);
    }
    const token = obj(one, 'serviceAccountToken');
    if (token !== undefined) {
      count++;
      const seconds = num(token, 'expirationSeconds') ?? 0;
      if (seconds < 600)
        errors.push(invalid(`${path}.serviceAccountToken.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes'));
      if (seconds > 2 ** 32)
        errors.push(
          invalid(`${path}.serviceAccountToken.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds'),
        );
      if (str(token, 'path') === '') errors.push(required(`${path}.serviceAccountToken.path`));
      else localPath(str(token, 'path'), `${path}.serviceAccountToken.path`, errors);
    }
    for (const kind of ['clusterTrustBundle', 'podCertificate']) if (given(one, kind)) count++;
    if (count > 1) errors.push(forbidden(path, 'may not specify more than 1 volume type per source'));
  }
}

type Source = (source: JsonObject, at: string, errors: Errors, name: string) => void;

const need =
  (...names: readonly string[]): Source =>
  (source, at, errors) => {
    for (const name of names) if (str(source, name) === '') errors.push(required(`${at}.${name}`));
  };

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

/** Sources of volumes, in the order in which the server looks at them. */
const SOURCES: readonly (readonly [string, Source])[] = [
  [
    'hostPath',
    (source, at, errors) => {
      if (str(source, 'path') === '') {
        errors.push(required(`${at}.path`));
        return;
      }
      backstepErrors(str(source, 'path'), `${at}.path`, errors);
      optionalEnum(source, 'type', at, HOST_PATH_TYPES, errors);
    },
  ],
  ['gitRepo', need('repository')],
  ['gcePersistentDisk', need('pdName')],
  ['awsElasticBlockStore', need('volumeID')],
  [
    'secret',
    (source, at, errors) => {
      if (str(source, 'secretName') === '') errors.push(required(`${at}.secretName`));
      mode(source, 'defaultMode', at, errors);
      keyToPath(source, at, errors);
    },
  ],
  [
    'nfs',
    (source, at, errors) => {
      need('server', 'path')(source, at, errors, '');
      if (!str(source, 'path').startsWith('/')) errors.push(invalid(`${at}.path`, str(source, 'path'), 'must be an absolute path'));
    },
  ],
  ['iscsi', need('targetPortal', 'iqn')],
  ['glusterfs', need('endpoints', 'path')],
  ['persistentVolumeClaim', need('claimName')],
  ['rbd', () => undefined],
  ['cinder', need('volumeID')],
  ['cephfs', () => undefined],
  ['quobyte', need('registry')],
  [
    'downwardAPI',
    (source, at, errors) => {
      mode(source, 'defaultMode', at, errors);
      for (const file of objs(source, 'items')) downwardFile(file, at, errors);
    },
  ],
  ['fc', () => undefined],
  ['flexVolume', need('driver')],
  [
    'configMap',
    (source, at, errors) => {
      if (str(source, 'name') === '') errors.push(required(`${at}.name`));
      mode(source, 'defaultMode', at, errors);
      keyToPath(source, at, errors);
    },
  ],
  ['azureFile', need('secretName', 'shareName')],
  ['vsphereVolume', need('volumePath')],
  ['photonPersistentDisk', need('pdID')],
  ['portworxVolume', need('volumeID')],
  ['azureDisk', need('diskName', 'diskURI')],
  ['storageos', () => undefined],
  ['projected', projected],
  ['scaleIO', need('gateway', 'system', 'volumeName')],
  ['csi', need('driver')],
  [
    'ephemeral',
    (source, at, errors) => {
      const template = obj(source, 'volumeClaimTemplate');
      if (template === undefined) errors.push(required(`${at}.volumeClaimTemplate`));
      else claimSpecErrors(sub(template, 'spec'), `${at}.volumeClaimTemplate.spec`, errors);
    },
  ],
  ['image', (source, at, errors) => void (str(source, 'reference') === '' && errors.push(required(`${at}.reference`)))],
];

function sourceErrors(volume: JsonObject, at: string, errors: Errors): void {
  let count = 0;
  const empty = obj(volume, 'emptyDir');
  if (empty !== undefined) {
    count++;
    const limit = str(empty, 'sizeLimit');
    if (limit !== '' && compareQuantities(limit, '0') < 0)
      errors.push(forbidden(`${at}.emptyDir.sizeLimit`, 'SizeLimit field must be a valid resource quantity'));
  }
  for (const [name, check] of SOURCES) {
    const source = obj(volume, name);
    if (source === undefined) continue;
    if (count > 0) errors.push(forbidden(`${at}.${name}`, 'may not specify more than 1 volume type'));
    else check(source, `${at}.${name}`, errors, str(volume, 'name'));
    count++;
  }
  if (count === 0) errors.push(required(at, 'must specify a volume type'));
}

/** Volumes of a pod; gives those that are valid, by name, for the mounts to refer to. */
export function volumesErrors(spec: JsonObject, at: string, errors: Errors): ReadonlyMap<string, JsonObject> {
  const valid = new Map<string, JsonObject>();
  const names = new Set<string>();
  for (const [i, volume] of objs(spec, 'volumes').entries()) {
    const path = items(`${at}.volumes`, i);
    const name = str(volume, 'name');
    const found: Errors = [];
    sourceErrors(volume, path, found);
    if (name === '') found.push(required(`${path}.name`));
    else format(`${path}.name`, name, dnsLabel, found);
    if (names.has(name)) found.push(duplicate(`${path}.name`, name));
    if (found.length === 0) {
      names.add(name);
      valid.set(name, volume);
    } else errors.push(...found);
  }
  return valid;
}
