import { aboutType, forbidden } from '../server/answers/status-reasons.ts';
import type { Store } from '../storage/store.ts';
import type { AdmissionPlugin } from './contract.ts';

/** Nothing new is made of a kind whose definition is being deleted. */
export function customResourceLifecycle(store: Store): AdmissionPlugin {
  const definitions = store.table('apiextensions.k8s.io/customresourcedefinitions');
  return {
    name: 'CustomResourceLifecycle',
    mutate(request) {
      const { type } = request;
      if (type.builtin || request.operation !== 'CREATE') return;
      const definition = definitions.get('', `${type.plural}.${type.group}`);
      if (definition?.metadata.deletionTimestamp === undefined) return;
      throw forbidden(aboutType(type), request.name, 'create not allowed while custom resource definition is terminating');
    },
  };
}
