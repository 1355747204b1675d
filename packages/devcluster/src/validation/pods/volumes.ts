import type { JsonObject } from '@caretaker/kube';
import { compareQuantities } from '../../decode/quantity.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../parts/field-errors.ts';
import { dnsLabel, inclusiveRange } from '../parts/formats.ts';
import { type Errors, flag, format, given, items, num, obj, objs, optionalEnum, size, str, strs, sub } from '../parts/read.ts';
import { claimSpecErrors } from '../storage/claims.ts';
import { backstepErrors, descendingPathErrors, fieldRefErrors, resourceFieldRefErrors, VOLUME_FIELDS } from './containers.ts';
import { driverName } from './volume-drivers.ts';

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
      if (str(token, 'path') === '') errors.push(required(`${at}.path`));
      else localPath(str(token, 'path'), `${at}.path`, errors);
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

/** Members of which lists must not be empty, nor texts. */
function needItems(source: JsonObject, at: string, errors: Errors, ...names: readonly string[]): void {
  for (const name of names) if (str(source, name) === '' && size(source, name) === 0) errors.push(required(`${at}.${name}`));
}

function partition(source: JsonObject, at: string, errors: Errors): void {
  const value = num(source, 'partition') ?? 0;
  if (value < 0 || value > 255) errors.push(invalid(`${at}.partition`, value, inclusiveRange(1, 255)));
}

function unit(source: JsonObject, at: string, errors: Errors): void {
  const value = num(source, 'lun') ?? 0;
  if (value < 0 || value > 255) errors.push(invalid(`${at}.lun`, value, inclusiveRange(0, 255)));
}

const ISCSI_NAMES: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([a-z0-9-.]+)(:([^,;*&$|\s]+))$/,
  eui: /^eui\.[a-zA-Z0-9]{16}$/,
  naa: /^naa\.[a-zA-Z0-9]{32}$/,
};

/** `otherwise`: what is said of a name of none of the three kinds, which differs between the volumes of pods and those of the cluster. */
export function iscsiErrors(source: JsonObject, at: string, errors: Errors, otherwise: string): void {
  const name = str(source, 'iqn');
  if (str(source, 'targetPortal') === '') errors.push(required(`${at}.targetPortal`));
  const shape = ISCSI_NAMES[name.slice(0, 3)];
  if (name === '') errors.push(required(`${at}.iqn`));
  else if (shape === undefined) errors.push(invalid(`${at}.iqn`, name, otherwise));
  else if (!shape.test(name)) errors.push(invalid(`${at}.iqn`, name, 'must be valid format'));
  unit(source, at, errors);
  if ((flag(source, 'chapAuthDiscovery') || flag(source, 'chapAuthSession')) && !given(source, 'secretRef'))
    errors.push(required(`${at}.secretRef`));
}

function fibreChannel(source: JsonObject, at: string, errors: Errors): void {
  const [names, ids] = [strs(source, 'targetWWNs'), strs(source, 'wwids')];
  if (names.length === 0 && ids.length === 0)
    errors.push(required(`${at}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both'));
  if (names.length > 0 && ids.length > 0)
    errors.push(invalid(`${at}.targetWWNs`, names, 'targetWWNs and wwids can not be specified simultaneously'));
  if (names.length === 0) return;
  if (!given(source, 'lun')) errors.push(required(`${at}.lun`, 'lun is required if targetWWNs is specified'));
  else unit(source, at, errors);
}

function flocker(source: JsonObject, at: string, errors: Errors): void {
  const [name, uuid] = [str(source, 'datasetName'), str(source, 'datasetUUID')];
  if (name === '' && uuid === '') errors.push(required(at, 'one of datasetName and datasetUUID is required'));
  if (name !== '' && uuid !== '') errors.push(invalid(at, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  if (name.includes('/')) errors.push(invalid(`${at}.datasetName`, name, "must not contain '/'"));
}

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

const DISK_URI: Readonly<Record<string, readonly [RegExp, string]>> = {
  Managed: [/^\/subscriptions\//, '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'],
  Shared: [/^https:\/\//, 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'],
};

function azureDisk(source: JsonObject, at: string, errors: Errors): void {
  need('diskName', 'diskURI')(source, at, errors, '');
  optionalEnum(source, 'cachingMode', at, ['None', 'ReadOnly', 'ReadWrite'], errors);
  const kind = str(source, 'kind') || 'Shared';
  if (!['Dedicated', 'Managed', 'Shared'].includes(kind)) errors.push(notSupported(`${at}.kind`, kind, ['Dedicated', 'Managed', 'Shared']));
  const uri = str(source, 'diskURI');
  const [pattern, example] = DISK_URI[kind === 'Managed' ? kind : 'Shared'] ?? [];
  if (pattern !== undefined && example !== undefined && !pattern.test(uri)) errors.push(notSupported(`${at}.diskURI`, uri, [example]));
}

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
  [
    'gcePersistentDisk',
    (source, at, errors) => {
      // the server has another name for it here
      const path = at.replace(/gcePersistentDisk$/, 'persistentDisk');
      need('pdName')(source, path, errors, '');
      partition(source, path, errors);
    },
  ],
  [
    'awsElasticBlockStore',
    (source, at, errors) => {
      need('volumeID')(source, at, errors, '');
      partition(source, at, errors);
    },
  ],
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
  ['iscsi', (source, at, errors) => iscsiErrors(source, at, errors, 'must be valid format starting with iqn, eui, or naa')],
  ['glusterfs', need('endpoints', 'path')],
  ['flocker', flocker],
  ['persistentVolumeClaim', need('claimName')],
  ['rbd', (source, at, errors) => needItems(source, at, errors, 'monitors', 'image')],
  ['cinder', need('volumeID')],
  ['cephfs', (source, at, errors) => needItems(source, at, errors, 'monitors')],
  ['quobyte', need('registry')],
  [
    'downwardAPI',
    (source, at, errors) => {
      mode(source, 'defaultMode', at, errors);
      for (const file of objs(source, 'items')) downwardFile(file, at, errors);
    },
  ],
  ['fc', fibreChannel],
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
  ['azureDisk', azureDisk],
  ['storageos', () => undefined],
  ['projected', projected],
  ['scaleIO', need('gateway', 'system', 'volumeName')],
  ['csi', (source, at, errors) => driverName(str(source, 'driver'), `${at}.driver`, errors)],
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

/** The rules of a source that persistent volumes have too. */
export const volumeSource = (name: string): Source | undefined => SOURCES.find(([known]) => known === name)?.[1];

/** Sources that the server calls by another name when there is one too many. */
const MISSPELT: Readonly<Record<string, string>> = { downwardAPI: 'downwarAPI', cephfs: 'cephFS' };

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
    if (count > 0) errors.push(forbidden(`${at}.${MISSPELT[name] ?? name}`, 'may not specify more than 1 volume type'));
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
