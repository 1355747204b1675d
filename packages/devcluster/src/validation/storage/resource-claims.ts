/** resource.k8s.io: what pods claim of devices, and classes of devices. */
import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import type { KindRules } from '../kind-rules.ts';
import { invalid, notSupported, required, tooMany } from '../parts/field-errors.ts';
import { dnsLabel, dnsSubdomain } from '../parts/formats.ts';
import { printInternal } from '../parts/internal-json.ts';
import { IMMUTABLE } from '../parts/object-meta.ts';
import { type Errors, format, given, items, num, obj, objs, specOf, str, strs, sub } from '../parts/read.ts';
import { configurationErrors, deviceTolerationErrors, fullAttributeNameErrors, setErrors } from './device-parts.ts';
import { deviceSelectorErrors } from './device-selectors.ts';

const MODES = ['All', 'ExactCount'];
const MOST = 32;
const MOST_ALTERNATIVES = 8;

const nameOf = (one: JsonObject): string => str(one, 'name');

function selectors(list: readonly JsonObject[], at: string, errors: Errors): void {
  if (list.length > MOST) errors.push(tooMany(at, list.length, MOST));
  else for (const [i, selector] of list.entries()) deviceSelectorErrors(selector, items(at, i), errors);
}

function asked(request: JsonObject, at: string, errors: Errors): void {
  const name = str(request, 'deviceClassName');
  if (name === '') errors.push(required(`${at}.deviceClassName`));
  else format(`${at}.deviceClassName`, name, (value) => dnsSubdomain(value), errors);
  selectors(objs(request, 'selectors'), `${at}.selectors`, errors);
  const mode = str(request, 'allocationMode');
  const count = num(request, 'count') ?? 0;
  if (!MODES.includes(mode)) errors.push(notSupported(`${at}.allocationMode`, mode, MODES));
  else if (mode === 'All' && count !== 0) errors.push(invalid(`${at}.count`, count, `must not be specified when allocationMode is 'All'`));
  else if (mode === 'ExactCount' && count <= 0) errors.push(invalid(`${at}.count`, count, 'must be greater than zero'));
  for (const [i, toleration] of objs(request, 'tolerations').entries())
    deviceTolerationErrors(toleration, items(`${at}.tolerations`, i), errors);
}

function requestErrors(request: JsonObject, at: string, errors: Errors): void {
  format(`${at}.name`, nameOf(request), dnsLabel, errors);
  const one = obj(request, 'exactly');
  const several = objs(request, 'firstAvailable');
  if (one !== undefined && several.length > 0)
    errors.push(invalid(at, null, 'exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set'));
  else if (one !== undefined) asked(one, `${at}.exactly`, errors);
  else if (several.length > 0)
    setErrors(several, MOST_ALTERNATIVES, `${at}.firstAvailable`, errors, nameOf, (option, place) => {
      format(`${place}.name`, nameOf(option), dnsLabel, errors);
      asked(option, place, errors);
    });
  else errors.push(required(at, 'exactly one of `exactly` or `firstAvailable` is required'));
}

/** `request` and `request/alternative`, as constraints and configurations name them. */
function requestNames(requests: readonly JsonObject[]): ReadonlySet<string> {
  return new Set(
    requests.flatMap((request) => [
      nameOf(request),
      ...objs(request, 'firstAvailable').map((option) => `${nameOf(request)}/${nameOf(option)}`),
    ]),
  );
}

const NO_REQUEST = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

function namedRequests(holder: JsonObject, at: string, known: ReadonlySet<string>, errors: Errors): void {
  const self = (name: string): string => name;
  setErrors(strs(holder, 'requests'), MOST, `${at}.requests`, errors, self, (name, place) => {
    const segments = name.split('/');
    if (segments.length <= 2) for (const segment of segments) format(place, segment, dnsLabel, errors);
    if (segments.length > 2 || !known.has(name)) errors.push(invalid(place, name, NO_REQUEST));
  });
}

const ONE_ATTRIBUTE = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set';

function constraintErrors(constraint: JsonObject, at: string, known: ReadonlySet<string>, errors: Errors): void {
  namedRequests(constraint, at, known, errors);
  const name = ['matchAttribute', 'distinctAttribute'].find((one) => given(constraint, one));
  if (name === undefined) errors.push(required(at, ONE_ATTRIBUTE));
  else fullAttributeNameErrors(str(constraint, name), `${at}.${name}`, errors);
}

function each(holder: JsonObject, name: string, at: string, errors: Errors, check: (one: JsonObject, at: string) => void): void {
  const list = objs(holder, name);
  const path = `${at}.${name}`;
  if (list.length > MOST) errors.push(tooMany(path, list.length, MOST));
  else for (const [i, one] of list.entries()) check(one, items(path, i));
}

function claimSpec(spec: JsonObject, at: string, errors: Errors): void {
  const devices = sub(spec, 'devices');
  const path = `${at}.devices`;
  const requests = objs(devices, 'requests');
  const known = requestNames(requests);
  setErrors(requests, MOST, `${path}.requests`, errors, nameOf, (request, place) => requestErrors(request, place, errors));
  each(devices, 'constraints', path, errors, (constraint, place) => constraintErrors(constraint, place, known, errors));
  each(devices, 'config', path, errors, (config, place) => {
    namedRequests(config, place, known, errors);
    configurationErrors(config, place, errors);
  });
}

const fixed =
  (type: string) =>
  (next: KubeObject, live: KubeObject, errors: Errors): void => {
    if (!equalValues(specOf(next), specOf(live))) errors.push(invalid('spec', printInternal(type, specOf(next)), IMMUTABLE));
  };

const EXTENDED_NAME = /^(?!requests\.)(?![^/]*kubernetes\.io\/)[^/]+\/[^/]+$/;

function deviceClass(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  selectors(objs(spec, 'selectors'), 'spec.selectors', errors);
  each(spec, 'config', 'spec', errors, (config, place) => configurationErrors(config, place, errors));
  const extended = str(spec, 'extendedResourceName');
  if (given(spec, 'extendedResourceName') && !EXTENDED_NAME.test(extended))
    errors.push(invalid('spec.extendedResourceName', extended, 'must be a valid extended resource name'));
}

export const RESOURCE_CLAIM_RULES: Readonly<Record<string, KindRules>> = {
  'resource.k8s.io/DeviceClass': {
    name: 'long',
    metaOnUpdate: true,
    create: deviceClass,
    update: (next, _live, errors) => deviceClass(next, errors),
  },
  'resource.k8s.io/ResourceClaim': {
    create: (next, errors) => claimSpec(specOf(next), 'spec', errors),
    update: fixed('resource.ResourceClaimSpec'),
  },
  'resource.k8s.io/ResourceClaimTemplate': {
    create: (next, errors) => claimSpec(sub(specOf(next), 'spec'), 'spec.spec', errors),
    update: fixed('resource.ResourceClaimTemplateSpec'),
  },
};
