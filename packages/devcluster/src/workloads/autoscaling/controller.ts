import type { KubeObject, ObjectRef } from '@caretaker/kube';
import type { ClusterApi, ClusterController } from '../../controllers/contract.ts';
import type { ContainerUsage } from '../../metrics-api/pod-usage.ts';
import { actOrThrow } from '../machinery/action.ts';
import type { PassContext } from '../machinery/keyed-controller.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { HORIZONTAL_POD_AUTOSCALER, POD } from '../machinery/kinds.ts';
import { keyOf, labelsOf, namespaceOf, refOfKey } from '../machinery/objects.ts';
import { isActive } from '../machinery/pods.ts';
import { fields, integer, items, text } from '../machinery/read.ts';
import { labelSelector } from '../machinery/selector.ts';
import { decide, scaledAt } from './decide.ts';
import { readMetric } from './readings.ts';

/** Metrics cannot be watched: they are read at the interval of the real controller. */
const INTERVAL_MS = 15_000;
const STABILIZATION_MS = 300_000;

/** Sizes workloads by the use of their pods. */
export function autoscalerController(usage: (pod: KubeObject) => ContainerUsage[] | undefined): ClusterController {
  const recommendations = new Map<string, { at: number; replicas: number }[]>();
  return new KeyedController({
    name: 'horizontalpodautoscaling',
    component: 'horizontal-pod-autoscaler',
    watches: [
      {
        kind: HORIZONTAL_POD_AUTOSCALER,
        keys: ({ type, object, previous }) => {
          if (type === 'DELETED') recommendations.delete(keyOf(object));
          const own =
            previous !== undefined && previous.metadata.generation === object.metadata.generation && previous['spec'] === object['spec'];
          return type === 'DELETED' || own ? [] : [keyOf(object)];
        },
      },
    ],
    reconcile: async (key, context) => {
      const autoscaler = context.api.peek(refOfKey(HORIZONTAL_POD_AUTOSCALER, key));
      if (!autoscaler) return undefined;
      await pass(autoscaler, context, usage, recommendations);
      return INTERVAL_MS;
    },
  });
}

async function pass(
  autoscaler: KubeObject,
  { api, events }: PassContext,
  usage: (pod: KubeObject) => ContainerUsage[] | undefined,
  recommendations: Map<string, { at: number; replicas: number }[]>,
): Promise<void> {
  const now = api.clock.now();
  const reference = fields(autoscaler, 'spec', 'scaleTargetRef');
  const ref: ObjectRef = {
    apiVersion: text(reference, 'apiVersion'),
    kind: text(reference, 'kind'),
    namespace: namespaceOf(autoscaler),
    name: text(reference, 'name'),
  };
  const target = api.peek(ref);
  const pods = target ? podsOf(api, target) : [];
  const readings = items(autoscaler, 'spec', 'metrics').map((metric) => readMetric(metric, pods, usage));
  const window = (integer(autoscaler, 'spec', 'behavior', 'scaleDown', 'stabilizationWindowSeconds') ?? STABILIZATION_MS / 1000) * 1000;
  const key = keyOf(autoscaler);
  const recent = (recommendations.get(key) ?? []).filter(({ at }) => now - at < window);
  const decision = decide(
    {
      autoscaler,
      replicas: target && (integer(target, 'spec', 'replicas') ?? 1),
      targetProblem: `${ref.kind.toLowerCase()}s.${ref.apiVersion.split('/')[0] ?? ''} "${ref.name}" not found`,
      readings,
      recentHighest: Math.max(0, ...recent.map(({ replicas }) => replicas)),
    },
    now,
  );
  if (decision.recommendation !== undefined) recent.push({ at: now, replicas: decision.recommendation });
  recommendations.set(key, recent);
  let update = decision.update;
  if (target && decision.scaleTo !== undefined) {
    const body = { spec: { replicas: decision.scaleTo } };
    await actOrThrow(api, events, [{ do: 'patch', ref, patch: { type: 'merge', body } }]);
    const message = `New size: ${decision.scaleTo}; reason: ${decision.reason}`;
    events.record({ on: autoscaler, type: 'Normal', reason: 'SuccessfulRescale', message });
    update = scaledAt(update ?? autoscaler, now);
  }
  if (update) await actOrThrow(api, events, [{ do: 'status', object: update }]);
}

function podsOf(api: ClusterApi, target: KubeObject): KubeObject[] {
  const matches = labelSelector(fields(target, 'spec', 'selector'));
  return api.list(POD, { namespace: namespaceOf(target) }).filter((pod) => isActive(pod) && matches(labelsOf(pod)));
}
