import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import { carryEmpties } from '../../decode/given-empty.ts';
import { compareQuantities, wholeQuantity } from '../../decode/quantity.ts';
import { forbidden, invalid, notSupported, required } from '../parts/field-errors.ts';
import { dnsLabel, dnsSubdomain, qualifiedName } from '../parts/formats.ts';
import { immutable } from '../parts/object-meta.ts';
import { type Errors, format, given, obj, optionalEnum, size, specOf, str, strs, sub } from '../parts/read.ts';
import { selectorErrors } from '../parts/selectors.ts';
import { specDifference } from '../parts/spec-diff.ts';

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** spec of a claim, also of claim templates. */
export function claimSpecErrors(spec: JsonObject, at: string, errors: Errors): void {
  if (size(spec, 'accessModes') === 0) errors.push(required(`${at}.accessModes`, 'at least 1 access mode is required'));
  selectorErrors(obj(spec, 'selector'), `${at}.selector`, errors);
  const modes = strs(spec, 'accessModes');
  for (const mode of modes) if (!ACCESS_MODES.includes(mode)) errors.push(notSupported(`${at}.accessModes`, mode, ACCESS_MODES));
  if (modes.includes('ReadWriteOncePod') && modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode))) {
    errors.push(forbidden(`${at}.accessModes`, 'may not use ReadWriteOncePod with other access modes'));
  }
  const storage = str(sub(sub(spec, 'resources'), 'requests'), 'storage');
  if (storage === '') errors.push(required(`${at}.resources[storage]`));
  else if (compareQuantities(storage, '0') <= 0) errors.push(invalid(`${at}.resources[storage]`, storage, 'must be greater than zero'));
  for (const name of ['storageClassName']) {
    if (str(spec, name) !== '') format(`${at}.${name}`, str(spec, name), (value) => dnsSubdomain(value), errors);
  }
  optionalEnum(spec, 'volumeMode', at, ['Block', 'Filesystem'], errors);
  for (const name of ['dataSource', 'dataSourceRef']) {
    const source = obj(spec, name);
    if (source === undefined) continue;
    if (str(source, 'name') === '') errors.push(required(`${at}.${name}.name`));
    if (str(source, 'kind') === '') errors.push(required(`${at}.${name}.kind`));
    const group = str(source, 'apiGroup');
    if (group === '' && str(source, 'kind') !== 'PersistentVolumeClaim') {
      errors.push(invalid(`${at}.${name}`, str(source, 'kind'), "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
    }
    if (group !== '') format(`${at}.${name}.apiGroup`, group, (value) => dnsSubdomain(value), errors);
    if (str(source, 'namespace') !== '') format(`${at}.${name}.namespace`, str(source, 'namespace'), dnsLabel, errors);
  }
  if (str(spec, 'volumeAttributesClassName') !== '') {
    format(`${at}.volumeAttributesClassName`, str(spec, 'volumeAttributesClassName'), (value) => dnsSubdomain(value), errors);
  }
}

export function claimErrors(next: KubeObject, errors: Errors): void {
  claimSpecErrors(specOf(next), 'spec', errors);
}

const RESIZES = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
];

/** Of Kubernetes' own resources a claim has storage alone. Says whether the name will do. */
function claimResourceName(name: string, at: string, errors: Errors): boolean {
  const before = errors.length;
  format(at, name, qualifiedName, errors);
  const native = !name.includes('/') || name.includes('kubernetes.io/');
  if (errors.length === before && native && name !== 'storage') errors.push(notSupported(at, name, ['storage']));
  return errors.length === before;
}

/** What a claim holds is not negative, and resizes are in a state that is known. */
export function claimStatusErrors(next: KubeObject, _live: KubeObject, errors: Errors): void {
  const status = sub(next as unknown as JsonObject, 'status');
  const resizes = sub(status, 'allocatedResourceStatuses');
  for (const name of Object.keys(resizes)) {
    claimResourceName(name, 'status.allocatedResourceStatuses', errors);
    if (!RESIZES.includes(str(resizes, name))) errors.push(notSupported('status.allocatedResourceStatuses', name, RESIZES));
  }
  for (const list of ['capacity', 'allocatedResources']) {
    const amounts = sub(status, list);
    for (const name of Object.keys(amounts)) {
      if (list === 'allocatedResources' && !claimResourceName(name, `status.${list}`, errors)) continue;
      if (compareQuantities(str(amounts, name), '0') >= 0) continue;
      errors.push(invalid(`status.${list}[${name}]`, wholeQuantity(str(amounts, name)), 'must be a valid resource quantity'));
    }
  }
}

const IMMUTABLE_SPEC = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n';

function copyMember(from: JsonObject, to: JsonObject, name: string): void {
  const value = from[name];
  if (value === undefined) delete to[name];
  else to[name] = value;
}

const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** A claim without a class may be given one, as when a default class appears later. */
function mayTakeClass(live: KubeObject, name: string): boolean {
  const annotated = live.metadata.annotations?.[BETA_CLASS];
  return annotated === undefined || annotated === name;
}

/** A claim's spec stays, but for its volume name before it is bound and its size afterwards. */
export function claimUpdateErrors(next: KubeObject, live: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  const old = specOf(live);
  const bound = str(sub(next as unknown as JsonObject, 'status'), 'phase') === 'Bound';
  const munged = carryEmpties<JsonObject>(spec, { ...spec });
  const comparable: JsonObject = { ...old };
  if (str(old, 'volumeName') === '') copyMember(spec, comparable, 'volumeName');
  if (!given(old, 'storageClassName') && given(spec, 'storageClassName') && mayTakeClass(live, str(spec, 'storageClassName'))) {
    delete munged['storageClassName'];
  }
  if (bound) {
    copyMember(old, munged, 'volumeAttributesClassName');
    const storage = sub(sub(old, 'resources'), 'requests')['storage'];
    const resources = sub(spec, 'resources');
    if (storage !== undefined && given(resources, 'requests'))
      munged['resources'] = { ...resources, requests: { ...sub(resources, 'requests'), storage } };
  }
  if (!equalValues(munged, comparable)) {
    errors.push(forbidden('spec', `${IMMUTABLE_SPEC}${specDifference('core.PersistentVolumeClaimSpec', comparable, munged)}`));
  }
  const storage = (one: JsonObject): string => str(sub(sub(one, 'resources'), 'requests'), 'storage') || '0';
  if (compareQuantities(storage(spec), storage(old)) < 0) {
    const capacity = str(sub(sub(live as unknown as JsonObject, 'status'), 'capacity'), 'storage') || '0';
    if (compareQuantities(storage(spec), capacity) <= 0) {
      errors.push(forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity'));
    }
  }
  immutable(
    'volumeMode',
    given(spec, 'volumeMode') ? str(spec, 'volumeMode') : null,
    given(old, 'volumeMode') ? str(old, 'volumeMode') : null,
    errors,
  );
}
