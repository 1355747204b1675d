import type { KubeObject } from '@caretaker/kube';
import type { ClusterApi } from '../../controllers/contract.ts';
import { StatusError } from '../../server/answers/status-error.ts';
import { badRequest } from '../../server/answers/status-reasons.ts';
import type { SubresourceHandler } from '../../server/contract.ts';
import { POD_DISRUPTION_BUDGET } from '../machinery/kinds.ts';
import { labelsOf, nameOf, namespaceOf, refOf, uidOf } from '../machinery/objects.ts';
import { isFinished, isReady, phaseOf } from '../machinery/pods.ts';
import { fields, integer, items, text } from '../machinery/read.ts';
import { labelSelector } from '../machinery/selector.ts';

/** POST pods/NAME/eviction: a deletion that PodDisruptionBudgets may refuse with 429. `api` acts as the user of the request. */
export function podEviction(api: (user: Parameters<SubresourceHandler>[0]['user']) => ClusterApi): SubresourceHandler {
  return async (request, body, pod) => {
    const { name = '' } = body.metadata;
    if (name !== nameOf(pod)) throw badRequest('name in URL does not match name in Eviction object');
    const cluster = api(request.user);
    const options = fields(body, 'deleteOptions');
    const dryRun = items(options, 'dryRun').includes('All') || request.query.getAll('dryRun').includes('All');
    const budget = budgetFor(cluster, pod);
    if (budget) await take(cluster, budget, dryRun);
    const grace = integer(options, 'gracePeriodSeconds');
    if (!dryRun) {
      await cluster.delete(refOf(pod), {
        uid: text(options, 'preconditions', 'uid') || uidOf(pod),
        admitted: true,
        ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
      });
    }
    return { status: 201, object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
  };
}

/** The one budget that covers a pod; pods that are over, or not ready where the policy lets them go, need none. */
function budgetFor(api: ClusterApi, pod: KubeObject): KubeObject | undefined {
  if (isFinished(pod) || phaseOf(pod) === 'Pending') return undefined;
  const budgets = api
    .list(POD_DISRUPTION_BUDGET, { namespace: namespaceOf(pod) })
    .filter((budget) => labelSelector(fields(budget, 'spec', 'selector'))(labelsOf(pod)));
  if (budgets.length > 1) {
    throw new StatusError(500, '', 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.');
  }
  const [budget] = budgets;
  if (!budget || isReady(pod)) return budget;
  const always = text(budget, 'spec', 'unhealthyPodEvictionPolicy') === 'AlwaysAllow';
  const enough = (integer(budget, 'status', 'currentHealthy') ?? 0) >= (integer(budget, 'status', 'desiredHealthy') ?? 0);
  return always || enough ? undefined : budget;
}

async function take(api: ClusterApi, budget: KubeObject, dryRun: boolean): Promise<void> {
  const allowed = integer(budget, 'status', 'disruptionsAllowed') ?? 0;
  const name = nameOf(budget);
  if ((integer(budget, 'status', 'observedGeneration') ?? 0) < (budget.metadata.generation ?? 0)) {
    throw refusal(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  if (allowed <= 0) {
    const [desired, healthy] = [integer(budget, 'status', 'desiredHealthy') ?? 0, integer(budget, 'status', 'currentHealthy') ?? 0];
    throw refusal(`The disruption budget ${name} needs ${desired} healthy pods and has ${healthy} currently`, 0);
  }
  if (dryRun) return;
  const status = { ...fields(budget, 'status'), disruptionsAllowed: allowed - 1 };
  await api.update({ ...budget, status }, { subresource: 'status' });
}

function refusal(cause: string, retryAfterSeconds: number): StatusError {
  const message = "Cannot evict pod as it would violate the pod's disruption budget.";
  const details = { causes: [{ reason: 'DisruptionBudget', message: cause }], ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {}) };
  return new StatusError(429, 'TooManyRequests', message, details);
}
