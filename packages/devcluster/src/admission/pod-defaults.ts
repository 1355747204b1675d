import type { JsonObject, KubeObject, Random } from '@caretaker/kube';
import { aboutType, forbidden } from '../server/answers/status-reasons.ts';
import { generateName } from '../server/writes/object-meta.ts';
import type { Store } from '../storage/store.ts';
import type { AdmissionPlugin, AdmissionRequest } from './contract.ts';
import { members, specOf, textOf } from './json-members.ts';

const TOKEN_MOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const MIRROR = 'kubernetes.io/config.mirror';

function isNewPod(request: AdmissionRequest): request is AdmissionRequest & { object: KubeObject } {
  return (
    request.type.group === '' &&
    request.type.plural === 'pods' &&
    request.operation === 'CREATE' &&
    request.subresource === '' &&
    request.object !== undefined
  );
}

/** Every pod runs as a ServiceAccount that exists, and by default carries its token. */
export function serviceAccountAdmission(store: Store, random: Random): AdmissionPlugin {
  const accounts = store.table('/serviceaccounts');
  return {
    name: 'ServiceAccount',
    mutate(request) {
      if (!isNewPod(request) || request.object.metadata.annotations?.[MIRROR] !== undefined) return;
      const spec = specOf(request.object);
      const name = textOf(spec['serviceAccountName']) || 'default';
      spec['serviceAccountName'] = name;
      spec['serviceAccount'] = name;
      const account = accounts.get(request.namespace, name);
      if (account === undefined) {
        const where = `${request.namespace}/${name}`;
        throw forbidden(
          aboutType(request.type),
          request.name,
          `error looking up service account ${where}: serviceaccount ${JSON.stringify(name)} not found`,
        );
      }
      if ((spec['automountServiceAccountToken'] ?? account['automountServiceAccountToken'] ?? true) === true) mountToken(spec, random);
      const secrets = members(account, 'imagePullSecrets');
      if (members(spec, 'imagePullSecrets').length === 0 && secrets.length > 0) spec['imagePullSecrets'] = structuredClone(secrets);
    },
  };
}

/** A projected volume with the token, the cluster's CA and the namespace, mounted wherever nothing else is. */
function mountToken(spec: JsonObject, random: Random): void {
  const volumes = members(spec, 'volumes');
  const existing = volumes.find((volume) => textOf(volume['name']).startsWith('kube-api-access-'));
  const name = existing === undefined ? generateName(random, 'kube-api-access-') : textOf(existing['name']);
  let mounted = false;
  for (const key of ['initContainers', 'containers', 'ephemeralContainers']) {
    for (const container of members(spec, key)) {
      const mounts = members(container, 'volumeMounts');
      if (mounts.some((mount) => mount['mountPath'] === TOKEN_MOUNT)) continue;
      container['volumeMounts'] = [...mounts, { name, readOnly: true, mountPath: TOKEN_MOUNT }];
      mounted = true;
    }
  }
  if (!mounted || existing !== undefined) return;
  const sources: JsonObject[] = [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
  ];
  spec['volumes'] = [...volumes, { name, projected: { sources, defaultMode: 420 } }];
}

/** An update that leaves the priority out keeps what was computed. */
function keepPriority({ type, operation, object, oldObject }: AdmissionRequest): void {
  if (type.group !== '' || type.plural !== 'pods' || operation !== 'UPDATE' || object === undefined || oldObject === undefined) return;
  for (const name of ['priority', 'preemptionPolicy']) {
    const before = specOf(oldObject)[name];
    if (before !== undefined) specOf(object)[name] ??= before;
  }
}

/** The number behind a pod's priority class. */
export function priorityAdmission(store: Store): AdmissionPlugin {
  const classes = store.table('scheduling.k8s.io/priorityclasses');
  return {
    name: 'Priority',
    mutate(request) {
      keepPriority(request);
      if (!isNewPod(request)) return;
      const spec = specOf(request.object);
      const name = textOf(spec['priorityClassName']);
      const found = name === '' ? [...classes.values()].find((each) => each['globalDefault'] === true) : classes.get('', name);
      if (name !== '' && found === undefined)
        throw forbidden(aboutType(request.type), request.name, `no PriorityClass with name ${name} was found`);
      const value = typeof found?.['value'] === 'number' ? found['value'] : 0;
      if (typeof spec['priority'] === 'number' && spec['priority'] !== value) {
        throw forbidden(
          aboutType(request.type),
          request.name,
          `the integer value of priority (${spec['priority']}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
        );
      }
      if (name === '' && found !== undefined) spec['priorityClassName'] = found.metadata.name ?? '';
      spec['priority'] = value;
      const policy = textOf(found?.['preemptionPolicy'] as string | undefined) || 'PreemptLowerPriority';
      const given = textOf(spec['preemptionPolicy']);
      if (given !== '' && given !== policy) {
        const words = `the string value of PreemptionPolicy (${given}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`;
        throw forbidden(aboutType(request.type), request.name, words);
      }
      spec['preemptionPolicy'] = policy;
    },
  };
}

const TOLERATION_SECONDS = 300;

/** Pods stay five minutes on a node that is not ready or cannot be reached. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  mutate(request) {
    // updates too: a list that a client replaces gets them again
    if (!isNewPod({ ...request, operation: request.operation === 'UPDATE' ? 'CREATE' : request.operation }) || request.object === undefined)
      return;
    const spec = specOf(request.object);
    const tolerations = members(spec, 'tolerations');
    const covers = (key: string): boolean =>
      tolerations.some(
        (each) =>
          (each['key'] === key || each['key'] === undefined || each['key'] === '') &&
          (each['effect'] === 'NoExecute' || each['effect'] === undefined || each['effect'] === ''),
      );
    const missing = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].filter((key) => !covers(key));
    if (missing.length === 0) return;
    spec['tolerations'] = [
      ...tolerations,
      ...missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: TOLERATION_SECONDS })),
    ];
  },
};
