/** resource.k8s.io: the devices that a driver offers. */
import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import type { KindRules } from '../kind-rules.ts';
import { invalid, required, tooLong } from '../parts/field-errors.ts';
import { dnsLabel, dnsSubdomain } from '../parts/formats.ts';
import { printInternal } from '../parts/internal-json.ts';
import { immutable } from '../parts/object-meta.ts';
import { type Errors, flag, format, given, items, num, obj, objs, size, specOf, str, sub } from '../parts/read.ts';
import { nodeSelectorErrors } from '../pods/affinity.ts';
import { driverName } from '../pods/volume-drivers.ts';
import { attributeNameErrors, deviceTaintErrors, poolNameErrors, setErrors } from './device-parts.ts';

const nameOf = (one: JsonObject): string => str(one, 'name');

const NODES = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';
const ONLY_TRUE = 'must be either unset or set to true';

/** Says for which nodes the devices are, in one of four ways. */
function nodeErrors(spec: JsonObject, errors: Errors): void {
  const set: string[] = [];
  if (given(spec, 'nodeName')) {
    if (str(spec, 'nodeName') !== '') {
      set.push('`nodeName`');
      format('spec.nodeName', str(spec, 'nodeName'), (value) => dnsSubdomain(value), errors);
    } else errors.push(invalid('spec.nodeName', '', 'must be either unset or set to a non-empty string'));
  }
  const selector = obj(spec, 'nodeSelector');
  if (selector !== undefined) {
    set.push('`nodeSelector`');
    nodeSelectorErrors(selector, 'spec.nodeSelector', errors);
    if (size(selector, 'nodeSelectorTerms') !== 1) {
      const terms = objs(selector, 'nodeSelectorTerms').map((term) => printInternal('core.NodeSelectorTerm', term));
      errors.push(invalid('spec.nodeSelector.nodeSelectorTerms', terms, 'must have exactly one node selector term'));
    }
  }
  for (const name of ['allNodes', 'perDeviceNodeSelection']) {
    if (!given(spec, name)) continue;
    if (flag(spec, name)) set.push(`\`${name}\``);
    else errors.push(invalid(`spec.${name}`, false, ONLY_TRUE));
  }
  if (set.length === 0) errors.push(required('spec', NODES));
  if (set.length > 1) errors.push(invalid('spec', `{${set.join(', ')}}`, `${NODES}, but multiple fields are set`));
}

const KINDS_OF_VALUE = ['bool', 'int', 'string', 'version', 'bools', 'ints', 'strings', 'versions'];
const LONGEST_VALUE = 64;
const VERSION =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;

function attributeErrors(attribute: JsonObject, at: string, errors: Errors): void {
  const text = str(attribute, 'string');
  if (text.length > LONGEST_VALUE) errors.push(tooLong(`${at}.string`, LONGEST_VALUE));
  if (given(attribute, 'version')) {
    const version = str(attribute, 'version');
    if (!VERSION.test(version)) errors.push(invalid(`${at}.version`, version, 'must be a string compatible with semver.org spec 2.0.0'));
    if (version.length > LONGEST_VALUE) errors.push(tooLong(`${at}.version`, LONGEST_VALUE));
  }
  const set = KINDS_OF_VALUE.filter((name) => given(attribute, name));
  const words = 'exactly one value must be specified';
  if (set.length === 0) errors.push(invalid(at, '', words));
  if (set.length > 1) errors.push(invalid(at, printInternal('resource.DeviceAttribute', attribute), words));
}

const MOST_MEMBERS = 32;

function deviceErrors(device: JsonObject, perDevice: boolean, at: string, errors: Errors): void {
  format(`${at}.name`, nameOf(device), dnsLabel, errors);
  const [attributes, capacity] = [sub(device, 'attributes'), sub(device, 'capacity')];
  const count = size(device, 'attributes') + size(device, 'capacity');
  if (count > MOST_MEMBERS)
    errors.push(invalid(at, count, `the total number of attributes and capacities must not exceed ${MOST_MEMBERS}`));
  for (const name of Object.keys(attributes)) {
    attributeNameErrors(name, `${at}.attributes`, errors);
    attributeErrors(sub(attributes, name), `${at}.attributes[${name}]`, errors);
  }
  for (const name of Object.keys(capacity)) attributeNameErrors(name, `${at}.capacity`, errors);
  for (const [i, taint] of objs(device, 'taints').entries()) deviceTaintErrors(taint, items(`${at}.taints`, i), errors);
  const own = ['nodeName', 'nodeSelector', 'allNodes'].filter((name) => given(device, name));
  const words = 'is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
  if (perDevice && own.length === 0) errors.push(required(at, `exactly one of \`nodeName\`, \`nodeSelector\`, or \`allNodes\` ${words}`));
  if (perDevice && own.length > 1) {
    const set = `{${own.map((name) => `\`${name}\``).join(', ')}}`;
    errors.push(invalid(at, set, `exactly one of \`nodeName\`, \`nodeSelector\`, or \`allNodes\` ${words}`));
  }
  if (!perDevice && own.length > 0) {
    const only = 'can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
    errors.push(invalid(at, null, `\`nodeName\`, \`nodeSelector\` and \`allNodes\` ${only}`));
  }
}

const MOST_DEVICES = 128;
const MOST_ADVANCED = 64;

function slice(next: KubeObject, live: KubeObject | undefined, errors: Errors): void {
  const spec = specOf(next);
  const pool = sub(spec, 'pool');
  driverName(str(spec, 'driver'), 'spec.driver', errors);
  poolNameErrors(nameOf(pool), 'spec.pool.name', errors);
  const [slices, generation] = [num(pool, 'resourceSliceCount') ?? 0, num(pool, 'generation') ?? 0];
  if (slices <= 0) errors.push(invalid('spec.pool.resourceSliceCount', slices, 'must be greater than zero'));
  if (generation < 0) errors.push(invalid('spec.pool.generation', generation, 'must be greater than or equal to zero'));
  if (live !== undefined) {
    const old = specOf(live);
    immutable('spec.pool.name', nameOf(pool), nameOf(sub(old, 'pool')), errors);
    for (const name of ['driver', 'nodeName']) immutable(`spec.${name}`, spec[name], old[name], errors);
  }
  nodeErrors(spec, errors);
  const devices = objs(spec, 'devices');
  if (given(spec, 'sharedCounters') && given(spec, 'devices'))
    errors.push(invalid('spec', '', 'only one of `sharedCounters` or `devices` is allowed'));
  const advanced = devices.some((device) => size(device, 'taints') > 0 || size(device, 'consumesCounters') > 0);
  setErrors(devices, advanced ? MOST_ADVANCED : MOST_DEVICES, 'spec.devices', errors, nameOf, (device, at) =>
    deviceErrors(device, flag(spec, 'perDeviceNodeSelection'), at, errors),
  );
}

export const RESOURCE_SLICE_RULES: Readonly<Record<string, KindRules>> = {
  'resource.k8s.io/ResourceSlice': {
    create: (next, errors) => slice(next, undefined, errors),
    update: (next, live, errors) => {
      if (!equalValues(specOf(next), specOf(live))) slice(next, live, errors);
    },
  },
};
