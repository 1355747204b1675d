import type { KubeObject } from '@caretaker/kube';
import type { Store } from '../storage/store.ts';
import type { AdmissionPlugin, AdmissionRequest } from './contract.ts';
import { members, specOf } from './json-members.ts';

const PROTECTION: Readonly<Record<string, string>> = {
  '/persistentvolumeclaims': 'kubernetes.io/pvc-protection',
  '/persistentvolumes': 'kubernetes.io/pv-protection',
  'storage.k8s.io/volumeattributesclasses': 'kubernetes.io/vac-protection',
};

function keyOf(request: AdmissionRequest): string {
  return `${request.type.group}/${request.type.plural}`;
}

function isNew(request: AdmissionRequest): request is AdmissionRequest & { object: KubeObject } {
  return request.operation === 'CREATE' && request.subresource === '' && request.object !== undefined;
}

/** Claims and volumes are not removed while something uses them. */
export const storageProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  mutate(request) {
    const finalizer = PROTECTION[keyOf(request)];
    if (finalizer === undefined || !isNew(request)) return;
    const finalizers = request.object.metadata.finalizers ?? [];
    if (!finalizers.includes(finalizer)) request.object.metadata.finalizers = [...finalizers, finalizer];
  },
};

/** A claim that names no class gets the default one. */
export function defaultStorageClass(store: Store): AdmissionPlugin {
  const classes = store.table('storage.k8s.io/storageclasses');
  return {
    name: 'DefaultStorageClass',
    mutate(request) {
      if (keyOf(request) !== '/persistentvolumeclaims' || !isNew(request)) return;
      const spec = specOf(request.object);
      if (spec['storageClassName'] !== undefined) return;
      const name = newestDefault([...classes.values()], 'storageclass.kubernetes.io/is-default-class');
      if (name !== undefined) spec['storageClassName'] = name;
    },
  };
}

/** An Ingress that names no class gets the default one. */
export function defaultIngressClass(store: Store): AdmissionPlugin {
  const classes = store.table('networking.k8s.io/ingressclasses');
  return {
    name: 'DefaultIngressClass',
    mutate(request) {
      if (keyOf(request) !== 'networking.k8s.io/ingresses' || !isNew(request)) return;
      const spec = specOf(request.object);
      if (spec['ingressClassName'] !== undefined || request.object.metadata.annotations?.['kubernetes.io/ingress.class'] !== undefined)
        return;
      const name = newestDefault([...classes.values()], 'ingressclass.kubernetes.io/is-default-class');
      if (name !== undefined) spec['ingressClassName'] = name;
    },
  };
}

/** Of several defaults the newest counts. */
function newestDefault(classes: readonly KubeObject[], annotation: string): string | undefined {
  const defaults = classes.filter((each) => each.metadata.annotations?.[annotation] === 'true');
  defaults.sort((left, right) => {
    const [newer, older] = [right.metadata.creationTimestamp ?? '', left.metadata.creationTimestamp ?? ''];
    return newer < older ? -1 : newer > older ? 1 : (left.metadata.name ?? '') < (right.metadata.name ?? '') ? -1 : 1;
  });
  return defaults[0]?.metadata.name;
}

const NOT_READY = 'node.kubernetes.io/not-ready';

/** A new node takes no pods until it says that it is ready. */
export const taintNewNodes: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  mutate(request) {
    if (keyOf(request) !== '/nodes' || !isNew(request)) return;
    const spec = specOf(request.object);
    const taints = members(spec, 'taints');
    if (taints.some((taint) => taint['key'] === NOT_READY && taint['effect'] === 'NoSchedule')) return;
    spec['taints'] = [...taints, { key: NOT_READY, effect: 'NoSchedule' }];
  },
};
