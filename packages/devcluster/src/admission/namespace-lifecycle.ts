import type { KubeObject } from '@caretaker/kube';
import { aboutType, forbidden, notFound } from '../server/answers/status-reasons.ts';
import type { Store } from '../storage/store.ts';
import type { AdmissionPlugin, AdmissionRequest } from './contract.ts';

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);

/** Nothing is made in a namespace that is missing or terminating, and some namespaces cannot be deleted. */
export function namespaceLifecycle(store: Store): AdmissionPlugin {
  const namespaces = store.table('/namespaces');
  return {
    name: 'NamespaceLifecycle',
    mutate(request) {
      const { type } = request;
      if (type.group === '' && type.plural === 'namespaces') {
        if (request.operation === 'DELETE' && IMMORTAL.has(request.name)) {
          throw forbidden(aboutType(type), request.name, 'this namespace may not be deleted');
        }
        return;
      }
      if (!type.namespaced || request.operation !== 'CREATE') return;
      const namespace = namespaces.get('', request.namespace);
      if (namespace === undefined) throw notFound({ group: '', plural: 'namespaces' }, request.namespace);
      if (isTerminating(namespace)) throw terminating(request);
    },
  };
}

function isTerminating(namespace: KubeObject): boolean {
  return namespace.metadata.deletionTimestamp !== undefined;
}

function terminating(request: AdmissionRequest) {
  const { namespace } = request;
  return forbidden(
    aboutType(request.type),
    request.name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
    [{ reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' }],
  );
}
