import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import type { KindRules } from '../kind-rules.ts';
import { invalid, required } from '../parts/field-errors.ts';
import { dnsSubdomain, qualifiedName } from '../parts/formats.ts';
import { immutable, objectMetaErrors } from '../parts/object-meta.ts';
import { type Errors, format, given, members, num, obj, str, sub } from '../parts/read.ts';

/** Member names of one version of the kind; core/v1 names where they agree. */
interface Names {
  readonly object: string;
  readonly message: string;
  readonly controller: string;
}

const CORE: Names = { object: 'involvedObject', message: 'message', controller: 'reportingComponent' };
const EVENTS: Names = { object: 'regarding', message: 'note', controller: 'reportingController' };

/** What both versions ask for; complaints name the members of the core version. */
function shared(next: KubeObject, names: Names, errors: Errors): void {
  const event = members(next);
  const about = str(obj(event, names.object), 'namespace');
  const namespace = next.metadata.namespace ?? '';
  const mismatch = (): void => void errors.push(invalid('involvedObject.namespace', about, 'does not match event.namespace'));
  if (!given(event, 'eventTime')) {
    if (about === '' ? namespace !== '' && namespace !== 'default' : namespace !== about) mismatch();
  } else {
    if (about === '' && namespace !== 'default' && namespace !== 'kube-system') mismatch();
    const controller = str(event, names.controller);
    if (controller === '') errors.push(required(names.controller));
    format(names.controller, controller, qualifiedName, errors);
    for (const [field, member, limit] of [
      ['reportingInstance', 'reportingInstance', 128],
      ['action', 'action', 128],
      ['reason', 'reason', 128],
      ['message', names.message, 1024],
    ] as const) {
      const value = str(event, member);
      if (value === '' && field !== 'message') errors.push(required(field));
      if (value.length > limit) errors.push(invalid(field, '', `can have at most ${limit} characters`));
    }
  }
  format('namespace', namespace, (value) => dnsSubdomain(value), errors);
}

function series(event: JsonObject, errors: Errors): void {
  const value = obj(event, 'series');
  if (value === undefined) return;
  if ((num(value, 'count') ?? 0) < 2) errors.push(invalid('series.count', '', 'should be at least 2'));
  if (!given(value, 'lastObservedTime')) errors.push(required('series.lastObservedTime'));
}

function eventsCreate(next: KubeObject, errors: Errors): void {
  shared(next, EVENTS, errors);
  objectMetaErrors(next, true, 'subdomain', errors);
  const event = members(next);
  series(event, errors);
  if (!given(event, 'eventTime')) errors.push(required('eventTime'));
  const type = str(event, 'type');
  if (type !== 'Normal' && type !== 'Warning') errors.push(invalid('type', '', `has invalid value: ${type}`));
  for (const [field, member] of [
    ['firstTimestamp', 'deprecatedFirstTimestamp'],
    ['lastTimestamp', 'deprecatedLastTimestamp'],
  ] as const) {
    if (given(event, member)) errors.push(invalid(field, '', 'needs to be unset'));
  }
  if ((num(event, 'deprecatedCount') ?? 0) !== 0) errors.push(invalid('count', '', 'needs to be unset'));
  const source = sub(event, 'deprecatedSource');
  if (str(source, 'component') !== '' || str(source, 'host') !== '') errors.push(invalid('source', '', 'needs to be unset'));
}

const FIXED: readonly (readonly [string, string])[] = [
  ['involvedObject', 'regarding'],
  ['reason', 'reason'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reason', 'reason'],
  ['type', 'type'],
  ['eventTime', 'eventTime'],
  ['action', 'action'],
  ['related', 'related'],
  ['reportingController', 'reportingController'],
  ['reportingInstance', 'reportingInstance'],
];

export const EVENT_RULES: Readonly<Record<string, KindRules>> = {
  '/Event': {
    name: 'none',
    create: (next, errors) => shared(next, CORE, errors),
    update: (next, _live, errors) => shared(next, CORE, errors),
    order: 'create-only',
  },
  'events.k8s.io/Event': {
    name: 'none',
    create: eventsCreate,
    update: (next, live, errors) => {
      shared(next, EVENTS, errors);
      if (!equalValues(members(next)['series'], members(live)['series'])) series(members(next), errors);
      for (const [field, member] of FIXED) immutable(field, members(next)[member], members(live)[member], errors);
    },
  },
};
