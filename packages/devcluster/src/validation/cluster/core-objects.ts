import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import { givenEmpty } from '../../decode/given-empty.ts';
import { jsonMapProblem } from '../../wire/go-json.ts';
import type { KindRules } from '../kind-rules.ts';
import { forbidden, invalid, notSupported, required, tooLong } from '../parts/field-errors.ts';
import { configMapKey, qualifiedName } from '../parts/formats.ts';
import { immutable, qualifiedFinalizerErrors } from '../parts/object-meta.ts';
import { type Errors, flag, format, given, items, members, notNegative, obj, size, specOf, str, strs, sub } from '../parts/read.ts';
import { podErrors, podTemplateErrors, podUpdateErrors } from '../pods/pod.ts';
import { ephemeralContainersUpdate, podStatusErrors, resizeUpdate } from '../pods/pod-subresources.ts';
import { QUOTA_RULES } from '../policy/quotas.ts';
import { claimErrors, claimStatusErrors, claimUpdateErrors } from '../storage/claims.ts';
import { statusCounters } from '../workloads/status-counters.ts';

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
  if (total > MAX_DATA) errors.push(tooLong('[]', MAX_DATA));
}

/** What `immutable: true` froze. `unset`: what a member is where none is given; a map that is given without an item is not the same as null. */
function frozen(next: KubeObject, live: KubeObject, unset: Readonly<Record<string, JsonValue>>, errors: Errors): void {
  if (!flag(members(live), 'immutable')) return;
  if (!flag(members(next), 'immutable')) errors.push(forbidden('immutable', FROZEN));
  for (const [name, none] of Object.entries(unset)) {
    const after = members(next)[name] ?? givenEmpty(next, name) ?? none;
    if (!equalValues(after, members(live)[name] ?? none)) errors.push(forbidden(name, FROZEN));
  }
}

/** Keys that a Secret of a type must have. */
const SECRET_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

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
    if (value === undefined || (value === '' && type === 'kubernetes.io/ssh-auth')) errors.push(required(`data[${key}]`));
    else if (key.startsWith('.docker')) {
      const complaint = jsonMapProblem(Buffer.from(String(value), 'base64').toString('utf8'));
      if (complaint !== undefined) errors.push(invalid(`data[${key}]`, '<secret contents redacted>', complaint));
    }
  }
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

function podTemplate(next: KubeObject, errors: Errors): void {
  podTemplateErrors(sub(members(next), 'template'), 'template', errors);
}

function replicationController(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  notNegative(spec, 'minReadySeconds', 'spec', errors);
  const selector = obj(spec, 'selector') ?? {};
  if (size(spec, 'selector') === 0) errors.push(required('spec.selector'));
  if (given(spec, 'replicas')) notNegative(spec, 'replicas', 'spec', errors);
  else errors.push(required('spec.replicas'));
  const template = obj(spec, 'template');
  const at = 'spec.template';
  if (template === undefined) {
    errors.push(required(at));
    return;
  }
  const labels = obj(sub(template, 'metadata'), 'labels');
  if (Object.keys(selector).some((key) => labels?.[key] !== selector[key]))
    errors.push(invalid(`${at}.metadata.labels`, labels, '`selector` does not match template `labels`'));
  podTemplateErrors(template, at, errors);
  const policy = str(sub(template, 'spec'), 'restartPolicy');
  if (policy !== 'Always') errors.push(notSupported(`${at}.spec.restartPolicy`, policy, ['Always']));
  if (given(sub(template, 'spec'), 'activeDeadlineSeconds'))
    errors.push(forbidden(`${at}.spec.activeDeadlineSeconds`, 'activeDeadlineSeconds in ReplicationController is not Supported'));
}

export const CORE_RULES: Readonly<Record<string, KindRules>> = {
  ...QUOTA_RULES,
  '/ConfigMap': {
    create: configMap,
    // A ConfigMap always has data, by default: the one that is given none has an empty map.
    unchangeable: (next, live, errors) => frozen(next, live, { data: {}, binaryData: null }, errors),
    update: (next, _live, errors) => configMap(next, errors),
    metaOnUpdate: true,
  },
  '/Secret': {
    create: secret,
    unchangeable: (next, live, errors) => {
      immutable('type', str(members(next), 'type'), str(members(live), 'type'), errors);
      frozen(next, live, { data: null }, errors);
    },
    update: (next, _live, errors) => secret(next, errors),
    metaOnUpdate: true,
  },
  '/Pod': {
    create: podErrors,
    update: podUpdateErrors,
    metaOnUpdate: true,
    status: podStatusErrors,
    subresources: { ephemeralcontainers: ephemeralContainersUpdate, resize: resizeUpdate },
  },
  '/ServiceAccount': { metaOnUpdate: true },
  '/PodTemplate': { create: podTemplate, update: (next, _live, errors) => podTemplate(next, errors) },
  '/PersistentVolumeClaim': {
    create: claimErrors,
    update: (next, live, errors) => {
      claimErrors(next, errors);
      claimUpdateErrors(next, live, errors);
    },
    status: claimStatusErrors,
    metaOnUpdate: true,
  },
  '/Namespace': {
    name: 'label',
    create: namespaceFinalizers,
    status: namespaceStatus,
    subresources: {
      finalize: (next, _live, errors) => {
        for (const [i, finalizer] of strs(specOf(next), 'finalizers').entries()) {
          format(items('spec.finalizers', i), finalizer, qualifiedName, errors);
          qualifiedFinalizerErrors([finalizer], 'spec.finalizers', errors, i);
        }
      },
    },
  },
  '/ReplicationController': {
    name: 'long',
    create: replicationController,
    update: (next, _live, errors) => replicationController(next, errors),
    status: statusCounters(
      ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'],
      ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
    ),
  },
};
