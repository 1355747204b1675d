/** resource.k8s.io: what pods claim of devices. */
import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import type { KindRules } from '../kind-rules.ts';
import { duplicate, invalid, notSupported, required, tooMany } from '../parts/field-errors.ts';
import { dnsLabel, dnsSubdomain } from '../parts/formats.ts';
import { printInternal } from '../parts/internal-json.ts';
import { IMMUTABLE } from '../parts/object-meta.ts';
import { type Errors, format, given, items, num, obj, objs, str, sub } from '../parts/read.ts';
import { deviceSelectorErrors } from './device-selectors.ts';

const specOf = (object: KubeObject): JsonObject => sub(object as unknown as JsonObject, 'spec');
const MODES = ['All', 'ExactCount'];
const MOST_REQUESTS = 32;

function exactly(request: JsonObject, at: string, errors: Errors): void {
  const name = str(request, 'deviceClassName');
  if (name === '') errors.push(required(`${at}.deviceClassName`));
  else format(`${at}.deviceClassName`, name, (value) => dnsSubdomain(value), errors);
  for (const [i, selector] of objs(request, 'selectors').entries()) deviceSelectorErrors(selector, items(`${at}.selectors`, i), errors);
  const mode = str(request, 'allocationMode');
  const count = num(request, 'count') ?? 0;
  if (!MODES.includes(mode)) errors.push(notSupported(`${at}.allocationMode`, mode, MODES));
  else if (mode === 'All' && count !== 0) errors.push(invalid(`${at}.count`, count, `must not be specified when allocationMode is 'All'`));
  else if (mode === 'ExactCount' && count <= 0) errors.push(invalid(`${at}.count`, count, 'must be greater than zero'));
}

function claimSpec(spec: JsonObject, at: string, errors: Errors): void {
  const requests = objs(sub(spec, 'devices'), 'requests');
  const path = `${at}.devices.requests`;
  if (requests.length > MOST_REQUESTS) errors.push(tooMany(path, requests.length, MOST_REQUESTS));
  for (const [i, request] of requests.entries()) {
    const place = items(path, i);
    const name = str(request, 'name');
    if (name === '') errors.push(required(`${place}.name`));
    else format(`${place}.name`, name, dnsLabel, errors);
    const one = obj(request, 'exactly');
    const several = objs(request, 'firstAvailable');
    if (one !== undefined && several.length > 0)
      errors.push(invalid(place, null, 'exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set'));
    else if (one !== undefined) exactly(one, `${place}.exactly`, errors);
    else if (several.length > 0) for (const [j, option] of several.entries()) exactly(option, items(`${place}.firstAvailable`, j), errors);
    else errors.push(required(place, 'exactly one of `exactly` or `firstAvailable` is required'));
    if (requests.findIndex((other) => str(other, 'name') === name) < i) errors.push(duplicate(place, name));
  }
}

const fixed =
  (type: string) =>
  (next: KubeObject, live: KubeObject, errors: Errors): void => {
    if (!equalValues(specOf(next), specOf(live))) errors.push(invalid('spec', printInternal(type, specOf(next)), IMMUTABLE));
  };

function deviceClass(next: KubeObject, errors: Errors): void {
  for (const [i, selector] of objs(specOf(next), 'selectors').entries()) deviceSelectorErrors(selector, items('spec.selectors', i), errors);
  for (const [i, config] of objs(specOf(next), 'config').entries())
    if (!given(config, 'opaque')) errors.push(required(`spec.config[${i}]`, 'exactly one of `opaque` is required'));
}

export const RESOURCE_CLAIM_RULES: Readonly<Record<string, KindRules>> = {
  'resource.k8s.io/DeviceClass': { create: deviceClass, update: (next, _live, errors) => deviceClass(next, errors) },
  'resource.k8s.io/ResourceClaim': {
    create: (next, errors) => claimSpec(specOf(next), 'spec', errors),
    update: fixed('resource.ResourceClaimSpec'),
  },
  'resource.k8s.io/ResourceClaimTemplate': {
    create: (next, errors) => claimSpec(sub(specOf(next), 'spec'), 'spec.spec', errors),
    update: fixed('resource.ResourceClaimTemplateSpec'),
  },
};
