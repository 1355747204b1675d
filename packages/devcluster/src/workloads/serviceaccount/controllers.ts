import type { KubeObject } from '@caretaker/kube';
import type { ClusterController } from '../../controllers/contract.ts';
import { actOrThrow } from '../machinery/action.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { CONFIG_MAP, NAMESPACE, SERVICE_ACCOUNT } from '../machinery/kinds.ts';
import { isDeleting, nameOf, namespaceOf } from '../machinery/objects.ts';
import { sameJson } from '../machinery/read.ts';

const ROOT_CA = 'kube-root-ca.crt';

/** Every namespace has a ServiceAccount `default`. */
export function serviceAccountController(): ClusterController {
  return new KeyedController({
    name: 'serviceaccount',
    component: 'serviceaccount-controller',
    watches: [
      { kind: NAMESPACE, keys: ({ type, object }) => (type === 'DELETED' ? [] : [nameOf(object)]) },
      {
        kind: SERVICE_ACCOUNT,
        keys: ({ type, object }) => (type === 'DELETED' && nameOf(object) === 'default' ? [namespaceOf(object)] : []),
      },
    ],
    reconcile: async (name, { api, events }) => {
      if (!isOpen(api.peek({ ...NAMESPACE, name }))) return undefined;
      if (api.peek({ ...SERVICE_ACCOUNT, namespace: name, name: 'default' })) return undefined;
      await actOrThrow(api, events, [{ do: 'create', object: { ...SERVICE_ACCOUNT, metadata: { name: 'default', namespace: name } } }]);
      return undefined;
    },
  });
}

/** Every namespace has the cluster's certificate authority in a ConfigMap. */
export function rootCaController(caPem: () => string): ClusterController {
  return new KeyedController({
    name: 'root-ca-cert-publisher',
    component: 'root-ca-cert-publisher',
    watches: [
      { kind: NAMESPACE, keys: ({ type, object }) => (type === 'DELETED' ? [] : [nameOf(object)]) },
      { kind: CONFIG_MAP, keys: ({ type, object }) => (nameOf(object) === ROOT_CA && type !== 'ADDED' ? [namespaceOf(object)] : []) },
    ],
    reconcile: async (name, { api, events }) => {
      if (!isOpen(api.peek({ ...NAMESPACE, name }))) return undefined;
      const live = api.peek({ ...CONFIG_MAP, namespace: name, name: ROOT_CA });
      const data = { 'ca.crt': caPem() };
      if (live && sameJson(live['data'], data)) return undefined;
      const description =
        'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';
      const metadata = { name: ROOT_CA, namespace: name, annotations: { 'kubernetes.io/description': description } };
      await actOrThrow(api, events, [
        live ? { do: 'update', object: { ...live, data } } : { do: 'create', object: { ...CONFIG_MAP, metadata, data } },
      ]);
      return undefined;
    },
  });
}

function isOpen(namespace: KubeObject | undefined): boolean {
  return namespace !== undefined && !isDeleting(namespace);
}
