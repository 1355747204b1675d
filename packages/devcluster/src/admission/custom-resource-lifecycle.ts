import type { KubeObject } from '@caretaker/kube';
import { aboutType, forbidden } from '../server/answers/status-reasons.ts';
import type { Store } from '../storage/store.ts';
import type { AdmissionPlugin } from './contract.ts';
import { member, members } from './json-members.ts';

/** What there is of the kind is being deleted. It is over when all is gone, though other finalizers may hold the definition. */
const isTerminating = (definition: KubeObject): boolean =>
  members(member(definition, 'status'), 'conditions').some((one) => one['type'] === 'Terminating' && one['status'] === 'True');

/** Nothing new is made of a kind whose definition is being deleted. */
export function customResourceLifecycle(store: Store): AdmissionPlugin {
  const definitions = store.table('apiextensions.k8s.io/customresourcedefinitions');
  return {
    name: 'CustomResourceLifecycle',
    mutate(request) {
      const { type } = request;
      if (type.builtin || request.operation !== 'CREATE') return;
      const definition = definitions.get('', `${type.plural}.${type.group}`);
      if (definition === undefined || !isTerminating(definition)) return;
      throw forbidden(aboutType(type), request.name, 'create not allowed while custom resource definition is terminating');
    },
  };
}
