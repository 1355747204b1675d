import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import { compareQuantities } from '../../decode/quantity.ts';
import type { KindRules } from '../kind-rules.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../parts/field-errors.ts';
import { dnsSubdomain, inclusiveRange, qualifiedName } from '../parts/formats.ts';
import { printInternal } from '../parts/internal-json.ts';
import { IMMUTABLE, immutable } from '../parts/object-meta.ts';
import {
  type Errors,
  format,
  given,
  items,
  members,
  NOT_NEGATIVE,
  notNegative,
  num,
  obj,
  objs,
  optionalEnum,
  size,
  specOf,
  str,
  strs,
  sub,
} from '../parts/read.ts';
import { selectorErrors } from '../parts/selectors.ts';
import { driverName, parameters, provisioner } from '../pods/volume-drivers.ts';

const subdomain = (value: string): string[] => dnsSubdomain(value);

function storageClass(next: KubeObject, errors: Errors): void {
  const object = members(next);
  provisioner(str(object, 'provisioner'), 'provisioner', errors);
  parameters(object, false, errors);
  if (str(object, 'reclaimPolicy') !== '') optionalEnum(object, 'reclaimPolicy', '', ['Delete', 'Retain'], errors);
  optionalEnum(object, 'volumeBindingMode', '', ['Immediate', 'WaitForFirstConsumer'], errors);
  allowedTopologies(objs(object, 'allowedTopologies'), errors);
}

/** Terms that are alike count as one too many; so does an empty one, for each term that there is. */
function allowedTopologies(terms: readonly JsonObject[], errors: Errors): void {
  const seen = terms.map(() => '[]');
  for (const [i, term] of terms.entries()) {
    const path = `allowedTopologies[${i}].matchLabelExpressions`;
    const keys = new Map<string, readonly string[]>();
    for (const [j, expression] of objs(term, 'matchLabelExpressions').entries()) {
      const at = `${path}[${j}]`;
      const key = str(expression, 'key');
      const values = strs(expression, 'values');
      if (values.length === 0) errors.push(required(`${at}.values`));
      for (const [k, value] of values.entries()) if (values.indexOf(value) < k) errors.push(duplicate(`${at}.values[${k}]`, value));
      format(`${at}.key`, key, qualifiedName, errors);
      if (keys.has(key)) errors.push(duplicate(`${at}.key`, key));
      keys.set(key, [...new Set(values)].sort());
    }
    const shape = JSON.stringify([...keys].sort(([a], [b]) => (a < b ? -1 : 1)));
    for (const other of seen) if (other === shape) errors.push(duplicate(path, ''));
    seen.push(shape);
  }
}

function storageClassUpdate(next: KubeObject, live: KubeObject, errors: Errors): void {
  for (const name of ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'])
    immutable(name, members(next)[name], members(live)[name], errors);
}

function attributesClass(next: KubeObject, errors: Errors): void {
  const object = members(next);
  provisioner(str(object, 'driverName'), 'driverName', errors);
  parameters(object, true, errors);
}

function attributesClassUpdate(next: KubeObject, live: KubeObject, errors: Errors): void {
  for (const name of ['driverName', 'parameters']) {
    if (!equalValues(members(next)[name] ?? null, members(live)[name] ?? null))
      errors.push(forbidden(name, `updates to ${name} are forbidden.`));
  }
}

const SHORTEST_TOKEN = 600;

function driver(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  optionalEnum(spec, 'fsGroupPolicy', 'spec', ['File', 'None', 'ReadWriteOnceWithFSType'], errors);
  const audiences = new Set<string>();
  for (const [i, request] of objs(spec, 'tokenRequests').entries()) {
    const path = items('spec.tokenRequests', i);
    const audience = str(request, 'audience');
    if (audiences.has(audience)) {
      errors.push(duplicate(`${path}.audience`, audience));
      continue;
    }
    audiences.add(audience);
    const seconds = num(request, 'expirationSeconds');
    if (seconds === undefined) continue;
    if (seconds < SHORTEST_TOKEN)
      errors.push(invalid(`${path}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes'));
    if (seconds > 2 ** 32)
      errors.push(invalid(`${path}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds'));
  }
  const modes = ['Persistent', 'Ephemeral'];
  for (const mode of strs(spec, 'volumeLifecycleModes'))
    if (!modes.includes(mode)) errors.push(notSupported('spec.volumeLifecycleModes', mode, modes));
  const period = num(spec, 'nodeAllocatableUpdatePeriodSeconds');
  if (period !== undefined && period < 10)
    errors.push(invalid('spec.nodeAllocatableUpdatePeriodSeconds', period, 'must be greater than or equal to 10 seconds'));
  if (given(spec, 'serviceAccountTokenInSecrets') && size(spec, 'tokenRequests') === 0) {
    const value = spec['serviceAccountTokenInSecrets'];
    const at = 'spec.serviceAccountTokenInSecrets';
    errors.push(invalid(at, value, 'serviceAccountTokenInSecrets is set but no tokenRequests are specified'));
  }
}

function driverUpdate(next: KubeObject, live: KubeObject, errors: Errors): void {
  driver(next, errors);
  // the field is named so in the refusal
  immutable('spec.attachedRequired', specOf(next)['attachRequired'], specOf(live)['attachRequired'], errors);
  immutable('spec.volumeLifecycleModes', specOf(next)['volumeLifecycleModes'], specOf(live)['volumeLifecycleModes'], errors);
}

const LONGEST_NODE_ID = 256;

function nodeDrivers(next: KubeObject, errors: Errors): void {
  const names = new Set<string>();
  for (const [i, one] of objs(specOf(next), 'drivers').entries()) {
    const path = items('spec.drivers', i);
    const name = str(one, 'name');
    driverName(name, `${path}.name`, errors);
    const id = str(one, 'nodeID');
    if (id === '') errors.push(required(`${path}.nodeID`));
    if (id.length > LONGEST_NODE_ID) errors.push(invalid(`${path}.nodeID`, id, `must be ${LONGEST_NODE_ID} characters or less`));
    notNegative(obj(one, 'allocatable'), 'count', `${path}.allocatable`, errors);
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
    const keys = new Set<string>();
    for (const key of strs(one, 'topologyKeys')) {
      if (key === '') errors.push(required(path));
      if (keys.has(key)) errors.push(duplicate(path, key));
      keys.add(key);
      format(path, key, qualifiedName, errors);
    }
  }
}

function nodeDriversUpdate(next: KubeObject, live: KubeObject, errors: Errors): void {
  nodeDrivers(next, errors);
  const fixed = ({ allocatable: _, ...rest }: JsonObject): JsonObject => rest;
  const compared = (one: JsonObject): JsonObject => ({ ...fixed(one), topologyKeys: one['topologyKeys'] ?? [] });
  for (const before of objs(specOf(live), 'drivers')) {
    for (const after of objs(specOf(next), 'drivers')) {
      if (str(before, 'name') !== str(after, 'name') || equalValues(compared(before), compared(after))) continue;
      errors.push(invalid('spec.drivers', printInternal('storage.CSINodeDriver', fixed(after)), IMMUTABLE));
    }
  }
}

function attachment(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  driverName(str(spec, 'attacher'), 'spec.attacher', errors);
  const source = sub(spec, 'source');
  const [inline, named] = [given(source, 'inlineVolumeSpec'), given(source, 'persistentVolumeName')];
  const volume = str(source, 'persistentVolumeName');
  const one = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  if (!inline && !named) errors.push(required('spec.source', one));
  else if (inline && named) errors.push(forbidden('spec.source', one));
  else if (named && volume === '') {
    errors.push(required('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName'));
  }
  format('spec.nodeName', str(spec, 'nodeName'), subdomain, errors);
  if (named) format('spec.source.persistentVolumeName', volume, subdomain, errors);
}

function attachmentUpdate(next: KubeObject, live: KubeObject, errors: Errors): void {
  attachment(next, errors);
  if (!equalValues(specOf(next), specOf(live)))
    errors.push(invalid('spec', printInternal('storage.VolumeAttachmentSpec', specOf(next)), IMMUTABLE));
}

/** What a driver failed with is told by a code that is no negative number. */
function attachmentStatus(next: KubeObject, _live: KubeObject, errors: Errors): void {
  const status = sub(members(next), 'status');
  for (const name of ['attachError', 'detachError']) {
    const code = num(obj(status, name), 'errorCode') ?? 0;
    if (code < 0) errors.push(invalid(`status.${name}.errorCode`, code, inclusiveRange(0, 2 ** 31 - 1)));
  }
}

function capacity(next: KubeObject, errors: Errors): void {
  const object = members(next);
  selectorErrors(obj(object, 'nodeTopology'), 'nodeTopology', errors);
  format('storageClassName', str(object, 'storageClassName'), subdomain, errors);
  const amount = str(object, 'capacity');
  if (amount !== '' && compareQuantities(amount, '0') < 0) errors.push(invalid('capacity', amount, NOT_NEGATIVE));
}

function capacityUpdate(next: KubeObject, live: KubeObject, errors: Errors): void {
  for (const name of ['nodeTopology', 'storageClassName']) immutable(name, members(next)[name], members(live)[name], errors);
}

export const STORAGE_RULES: Readonly<Record<string, KindRules>> = {
  'storage.k8s.io/StorageClass': { order: 'create-first', create: storageClass, update: storageClassUpdate },
  'storage.k8s.io/VolumeAttributesClass': {
    create: attributesClass,
    update: (next, live, errors) => {
      attributesClassUpdate(next, live, errors);
      attributesClass(next, errors);
    },
  },
  'storage.k8s.io/CSIDriver': { create: driver, update: driverUpdate },
  'storage.k8s.io/CSINode': { order: 'create-only', create: nodeDrivers, update: nodeDriversUpdate },
  'storage.k8s.io/VolumeAttachment': { order: 'create-only', create: attachment, update: attachmentUpdate, status: attachmentStatus },
  'storage.k8s.io/CSIStorageCapacity': { order: 'create-first', create: capacity, update: capacityUpdate },
};
