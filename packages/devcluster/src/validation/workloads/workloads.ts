import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import type { KindRules } from '../kind-rules.ts';
import { forbidden, invalid, notSupported, required } from '../parts/field-errors.ts';
import { dnsLabel, percent } from '../parts/formats.ts';
import { printInternal } from '../parts/internal-json.ts';
import { annotationErrors, immutable, labelErrors } from '../parts/object-meta.ts';
import { type Errors, format, given, items, NOT_NEGATIVE, notNegative, num, obj, objs, specOf, str, sub } from '../parts/read.ts';
import { isEmptySelector, selectorErrors, selects } from '../parts/selectors.ts';
import { podTemplateErrors } from '../pods/pod.ts';
import { claimSpecErrors } from '../storage/claims.ts';
import { statusCounters } from './status-counters.ts';

/** A count or a percentage. */
export function intOrPercentErrors(value: JsonValue | undefined, path: string, errors: Errors): void {
  if (typeof value === 'string') format(path, value, percent, errors);
  else if (typeof value === 'number' && value < 0) errors.push(invalid(path, value, NOT_NEGATIVE));
}

const percentOf = (value: JsonValue | undefined): number | undefined =>
  typeof value === 'string' && percent(value).length === 0 ? Number(value.slice(0, -1)) : undefined;

const amountOf = (value: JsonValue | undefined): number => percentOf(value) ?? (typeof value === 'number' ? value : 0);

export function notOver100Percent(value: JsonValue | undefined, path: string, errors: Errors): void {
  if ((percentOf(value) ?? 0) > 100) errors.push(invalid(path, value, 'must not be greater than 100%'));
}

/** A selector that must be there and select something. */
function requiredSelector(spec: JsonObject, kind: string, errors: Errors): JsonObject | undefined {
  const selector = obj(spec, 'selector');
  if (selector === undefined) {
    errors.push(required('spec.selector'));
    return undefined;
  }
  selectorErrors(selector, 'spec.selector', errors);
  if (isEmptySelector(selector)) errors.push(invalid('spec.selector', selector, `empty selector is invalid for ${kind}`));
  return selector;
}

/** The labels of a template as messages print them. */
const labelsOf = (template: JsonObject): JsonObject | undefined => obj(sub(template, 'metadata'), 'labels');

function isUsable(selector: JsonObject): boolean {
  const errors: Errors = [];
  selectorErrors(selector, '', errors);
  return errors.length === 0;
}

/** The template, when the selector is one; otherwise false. */
function templateForSelector(spec: JsonObject, selector: JsonObject | undefined, kind: string, errors: Errors): boolean {
  const template = sub(spec, 'template');
  if (selector !== undefined && !isUsable(selector)) {
    errors.push(invalid('spec.selector', selector, kind === 'StatefulSet' ? '' : 'invalid label selector'));
    return false;
  }
  const labels = labelsOf(template);
  const matches = selector === undefined ? false : isEmptySelector(selector) || selects(selector, labels ?? {});
  if (!matches) errors.push(invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  podTemplateErrors(template, 'spec.template', errors);
  return true;
}

function alwaysRestarts(spec: JsonObject, kind: string, errors: Errors): void {
  const pod = sub(sub(spec, 'template'), 'spec');
  const policy = str(pod, 'restartPolicy');
  if (policy !== 'Always') errors.push(notSupported('spec.template.spec.restartPolicy', policy, ['Always']));
  if (given(pod, 'activeDeadlineSeconds')) {
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', `activeDeadlineSeconds in ${kind} is not Supported`));
  }
}

function deploymentStrategy(spec: JsonObject, errors: Errors): void {
  const strategy = sub(spec, 'strategy');
  const rolling = obj(strategy, 'rollingUpdate');
  const path = 'spec.strategy.rollingUpdate';
  switch (str(strategy, 'type')) {
    case 'Recreate':
      if (rolling !== undefined) errors.push(forbidden(path, "may not be specified when strategy `type` is 'Recreate'"));
      return;
    case 'RollingUpdate':
      if (rolling === undefined) {
        errors.push(required(path, 'this should be defaulted and never be nil'));
        return;
      }
      intOrPercentErrors(rolling['maxUnavailable'], `${path}.maxUnavailable`, errors);
      intOrPercentErrors(rolling['maxSurge'], `${path}.maxSurge`, errors);
      if (amountOf(rolling['maxUnavailable']) === 0 && amountOf(rolling['maxSurge']) === 0) {
        errors.push(invalid(`${path}.maxUnavailable`, rolling['maxUnavailable'], 'may not be 0 when `maxSurge` is 0'));
      }
      notOver100Percent(rolling['maxUnavailable'], `${path}.maxUnavailable`, errors);
      return;
    default:
      errors.push(notSupported('spec.strategy', printInternal('apps.DeploymentStrategy', strategy), ['Recreate', 'RollingUpdate']));
  }
}

function deploymentSpec(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  notNegative(spec, 'replicas', 'spec', errors);
  const selector = requiredSelector(spec, 'deployment', errors);
  if (templateForSelector(spec, selector, 'Deployment', errors)) alwaysRestarts(spec, 'ReplicaSet', errors);
  deploymentStrategy(spec, errors);
  notNegative(spec, 'minReadySeconds', 'spec', errors);
  notNegative(spec, 'revisionHistoryLimit', 'spec', errors);
  const deadline = num(spec, 'progressDeadlineSeconds');
  if (deadline === undefined) return;
  notNegative(spec, 'progressDeadlineSeconds', 'spec', errors);
  if (deadline <= (num(spec, 'minReadySeconds') ?? 0))
    errors.push(invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
}

function replicaSetSpec(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  notNegative(spec, 'replicas', 'spec', errors);
  notNegative(spec, 'minReadySeconds', 'spec', errors);
  const selector = requiredSelector(spec, 'deployment', errors);
  if (templateForSelector(spec, selector, 'ReplicaSet', errors)) alwaysRestarts(spec, 'ReplicaSet', errors);
}

function daemonSetStrategy(spec: JsonObject, errors: Errors): void {
  const strategy = sub(spec, 'updateStrategy');
  const type = str(strategy, 'type');
  if (type === 'OnDelete') return;
  const path = 'spec.updateStrategy.rollingUpdate';
  if (type !== 'RollingUpdate') {
    errors.push(
      notSupported('spec.updateStrategy', printInternal('apps.DaemonSetUpdateStrategy', strategy), ['RollingUpdate', 'OnDelete']),
    );
    return;
  }
  const rolling = obj(strategy, 'rollingUpdate');
  if (rolling === undefined) {
    errors.push(required(path));
    return;
  }
  for (const name of ['maxUnavailable', 'maxSurge']) intOrPercentErrors(rolling[name], `${path}.${name}`, errors);
  for (const name of ['maxUnavailable', 'maxSurge']) notOver100Percent(rolling[name], `${path}.${name}`, errors);
  const unavailable = amountOf(rolling['maxUnavailable']) !== 0;
  const surge = amountOf(rolling['maxSurge']) !== 0;
  if (unavailable && surge) errors.push(invalid(`${path}.maxSurge`, rolling['maxSurge'], 'may not be set when maxUnavailable is non-zero'));
  else if (!unavailable && !surge) errors.push(required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
}

function daemonSetSpec(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  const selector = obj(spec, 'selector');
  selectorErrors(selector, 'spec.selector', errors);
  const template = sub(spec, 'template');
  const labels = labelsOf(template);
  if (selector === undefined || (isUsable(selector) && !selects(selector, labels ?? {}))) {
    errors.push(invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  }
  if (selector !== undefined && isEmptySelector(selector))
    errors.push(invalid('spec.selector', selector, 'empty selector is invalid for daemonset'));
  podTemplateErrors(template, 'spec.template', errors);
  alwaysRestarts(spec, 'DaemonSet', errors);
  notNegative(spec, 'minReadySeconds', 'spec', errors);
  daemonSetStrategy(spec, errors);
  notNegative(spec, 'revisionHistoryLimit', 'spec', errors);
}

function statefulSetStrategy(spec: JsonObject, errors: Errors): void {
  const strategy = sub(spec, 'updateStrategy');
  const rolling = obj(strategy, 'rollingUpdate');
  const path = 'spec.updateStrategy.rollingUpdate';
  switch (str(strategy, 'type')) {
    case '':
      errors.push(required('spec.updateStrategy'));
      return;
    case 'OnDelete':
      if (rolling !== undefined) {
        const value = printInternal('apps.RollingUpdateStatefulSetStrategy', rolling);
        errors.push(invalid(path, value, "only allowed for updateStrategy 'RollingUpdate'"));
      }
      return;
    case 'RollingUpdate': {
      if (rolling === undefined) return;
      notNegative(rolling, 'partition', path, errors);
      const unavailable = rolling['maxUnavailable'];
      if (unavailable === undefined) return;
      intOrPercentErrors(unavailable, `${path}.maxUnavailable`, errors);
      if (amountOf(unavailable) === 0) errors.push(invalid(`${path}.maxUnavailable`, unavailable, 'cannot be 0'));
      notOver100Percent(unavailable, `${path}.maxUnavailable`, errors);
      return;
    }
    default:
      errors.push(
        invalid('spec.updateStrategy', printInternal('apps.StatefulSetUpdateStrategy', strategy), "must be 'RollingUpdate' or 'OnDelete'"),
      );
  }
}

function statefulSetSpec(next: KubeObject, errors: Errors, isUpdate: boolean): void {
  const spec = specOf(next);
  const management = str(spec, 'podManagementPolicy');
  if (management === '') errors.push(required('spec.podManagementPolicy'));
  else if (management !== 'OrderedReady' && management !== 'Parallel') {
    errors.push(invalid('spec.podManagementPolicy', management, "must be 'OrderedReady' or 'Parallel'"));
  }
  statefulSetStrategy(spec, errors);
  const retention = obj(spec, 'persistentVolumeClaimRetentionPolicy');
  if (retention !== undefined) {
    for (const name of ['whenDeleted', 'whenScaled']) {
      const value = str(retention, name);
      if (value !== 'Retain' && value !== 'Delete') {
        errors.push(notSupported(`spec.persistentVolumeClaimRetentionPolicy.${name}`, value, ['Retain', 'Delete']));
      }
    }
  }
  const claims = objs(spec, 'volumeClaimTemplates');
  if (!isUpdate)
    for (const [i, claim] of claims.entries()) claimSpecErrors(sub(claim, 'spec'), `${items('spec.volumeClaimTemplates', i)}.spec`, errors);
  notNegative(spec, 'replicas', 'spec', errors);
  notNegative(spec, 'minReadySeconds', 'spec', errors);
  const start = num(obj(spec, 'ordinals'), 'start');
  if (start !== undefined && start < 0) errors.push(invalid('spec.ordinals.start', start, NOT_NEGATIVE));
  if (!isUpdate && str(spec, 'serviceName') !== '') format('spec.serviceName', str(spec, 'serviceName'), dnsLabel, errors);
  const selector = requiredSelector(spec, 'statefulset', errors);
  if (templateForSelector(withClaimVolumes(spec, claims), selector, 'StatefulSet', errors)) {
    // labels and annotations are looked at once more
    const meta = sub(sub(spec, 'template'), 'metadata');
    labelErrors(meta['labels'], 'spec.template.labels', errors);
    annotationErrors(obj(meta, 'annotations') as Record<string, string> | undefined, 'spec.template.annotations', errors);
  }
  alwaysRestarts(spec, 'StatefulSet', errors);
}

/** The template as the pods will have it: with a volume for each claim template. */
function withClaimVolumes(spec: JsonObject, claims: readonly JsonObject[]): JsonObject {
  if (claims.length === 0) return spec;
  const template = sub(spec, 'template');
  const pod = sub(template, 'spec');
  const names = claims.map((claim) => str(sub(claim, 'metadata'), 'name'));
  const added: JsonObject[] = names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const volumes = [...added, ...objs(pod, 'volumes').filter((volume) => !names.includes(str(volume, 'name')))];
  return { ...spec, template: { ...template, spec: { ...pod, volumes } } };
}

const FROZEN =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

function statefulSetUpdate(next: KubeObject, live: KubeObject, errors: Errors): void {
  statefulSetSpec(next, errors, true);
  const fixed = (object: KubeObject): JsonObject => {
    const {
      replicas: _r,
      template: _t,
      updateStrategy: _u,
      minReadySeconds: _m,
      ordinals: _o,
      revisionHistoryLimit: _h,
      ...rest
    } = specOf(object);
    const { persistentVolumeClaimRetentionPolicy: _p, ...kept } = rest;
    return kept;
  };
  if (!equalValues(fixed(next), fixed(live))) errors.push(forbidden('spec', FROZEN));
}

/** An update is checked like a creation, and the selector stays. */
function sameSelector(next: KubeObject, live: KubeObject, errors: Errors): void {
  immutable('spec.selector', obj(specOf(next), 'selector') ?? null, obj(specOf(live), 'selector') ?? null, errors);
}

const withSelector =
  (check: (next: KubeObject, errors: Errors) => void) =>
  (next: KubeObject, live: KubeObject, errors: Errors): void => {
    check(next, errors);
    sameSelector(next, live, errors);
  };

export const WORKLOAD_RULES: Readonly<Record<string, KindRules>> = {
  'apps/Deployment': {
    create: deploymentSpec,
    update: withSelector(deploymentSpec),
    status: statusCounters(
      [
        'observedGeneration',
        'replicas',
        'updatedReplicas',
        'readyReplicas',
        'availableReplicas',
        'unavailableReplicas',
        'terminatingReplicas',
        'collisionCount',
      ],
      ['updatedReplicas', 'readyReplicas', 'availableReplicas'],
    ),
  },
  'apps/ReplicaSet': {
    create: replicaSetSpec,
    update: withSelector(replicaSetSpec),
    status: statusCounters(
      ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration', 'terminatingReplicas'],
      ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
    ),
  },
  'apps/DaemonSet': {
    create: daemonSetSpec,
    update: (next, live, errors) => {
      sameSelector(next, live, errors);
      daemonSetSpec(next, errors);
    },
    status: statusCounters(
      [
        'currentNumberScheduled',
        'numberMisscheduled',
        'desiredNumberScheduled',
        'numberReady',
        'observedGeneration',
        'updatedNumberScheduled',
        'numberAvailable',
        'numberUnavailable',
        'collisionCount',
      ],
      [],
    ),
  },
  'apps/StatefulSet': {
    name: 'label',
    create: (next, errors) => statefulSetSpec(next, errors, false),
    update: statefulSetUpdate,
    status: statusCounters(
      ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas', 'observedGeneration', 'collisionCount'],
      ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
      'cannot be greater than status.readyReplicas',
    ),
  },
  'apps/ControllerRevision': {
    metaOnUpdate: true,
    create: (next, errors) => {
      const object = next as unknown as JsonObject;
      notNegativeTop(object, 'revision', errors);
      if (!given(object, 'data')) errors.push(required('data', 'data is mandatory'));
      else if (obj(object, 'data') === undefined) errors.push(required('data', 'data must be a valid JSON object'));
    },
    update: (next, live, errors) => {
      notNegativeTop(next as unknown as JsonObject, 'revision', errors);
      immutable('data', (next as unknown as JsonObject)['data'], (live as unknown as JsonObject)['data'], errors);
    },
  },
};

function notNegativeTop(object: JsonObject, name: string, errors: Errors): void {
  const value = num(object, name);
  if (value !== undefined && value < 0) errors.push(invalid(name, value, NOT_NEGATIVE));
}
