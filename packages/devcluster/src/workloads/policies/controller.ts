import type { KubeObject } from '@caretaker/kube';
import { type TypeCheckContext, typeCheck } from '../../admission/policy/type-check.ts';
import type { ClusterController } from '../../controllers/contract.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { VALIDATING_ADMISSION_POLICY } from '../machinery/kinds.ts';
import { keyOf, nameOf, refOfKey } from '../machinery/objects.ts';
import { integer } from '../machinery/read.ts';

const NAME = 'validatingadmissionpolicy-status';

/** Tells in the status of new and changed policies what their expressions get wrong about the kinds that they are for. */
export function policyStatusController(context: () => TypeCheckContext): ClusterController {
  return new KeyedController({
    name: NAME,
    component: `${NAME}-controller`,
    watches: [{ kind: VALIDATING_ADMISSION_POLICY, keys: ({ type, object }) => (type === 'DELETED' ? [] : [keyOf(object)]) }],
    reconcile: async (key, { api }) => {
      const policy = api.peek(refOfKey(VALIDATING_ADMISSION_POLICY, key));
      const generation = policy?.metadata.generation ?? 0;
      if (policy === undefined || generation <= (integer(policy, 'status', 'observedGeneration') ?? 0)) return undefined;
      const warnings = typeCheck(policy, context());
      const status = { observedGeneration: generation, typeChecking: warnings.length === 0 ? {} : { expressionWarnings: warnings } };
      const applied: KubeObject = { ...VALIDATING_ADMISSION_POLICY, metadata: { name: nameOf(policy) }, status };
      await api.apply(applied, { fieldManager: NAME, force: true, subresource: 'status' });
      return undefined;
    },
  });
}
