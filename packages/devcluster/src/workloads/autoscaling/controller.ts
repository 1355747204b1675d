import type { KubeObject, ObjectRef } from '@caretaker/kube';
import type { ClusterApi, ClusterController } from '../../controllers/contract.ts';
import type { ContainerUsage } from '../../metrics-api/pod-usage.ts';
import { actOrThrow } from '../machinery/action.ts';
import { findCondition } from '../machinery/conditions.ts';
import type { PassContext } from '../machinery/keyed-controller.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { HORIZONTAL_POD_AUTOSCALER, POD } from '../machinery/kinds.ts';
import { keyOf, namespaceOf, refOfKey } from '../machinery/objects.ts';
import { isActive } from '../machinery/pods.ts';
import { fields, items, text } from '../machinery/read.ts';
import type { WantedEvent } from '../machinery/wanted-event.ts';
import type { MetricReading } from './decide.ts';
import { decide, scaledAt } from './decide.ts';
import { MEMORY_MS, type SizeChange, type Wish } from './rate.ts';
import { readMetric } from './readings.ts';
import type { ScaleClient } from './scale-client.ts';

type Usage = (pod: KubeObject) => ContainerUsage[] | undefined;

/** Metrics cannot be watched: they are read at the interval of the real controller. */
const INTERVAL_MS = 15_000;

/** What an autoscaler remembers of the last hour. */
interface History {
  wishes: Wish[];
  changes: SizeChange[];
}

function recent(history: History | undefined, now: number): History {
  const young = <T extends { at: number }>(list: readonly T[] | undefined): T[] => (list ?? []).filter(({ at }) => now - at < MEMORY_MS);
  return { wishes: young(history?.wishes), changes: young(history?.changes) };
}

/** Sizes workloads by the use of their pods. */
export function autoscalerController(usage: Usage, scales: ScaleClient): ClusterController {
  const histories = new Map<string, History>();
  return new KeyedController({
    name: 'horizontalpodautoscaling',
    component: 'horizontal-pod-autoscaler',
    watches: [
      {
        kind: HORIZONTAL_POD_AUTOSCALER,
        keys: ({ type, object, previous }) => {
          if (type === 'DELETED') histories.delete(keyOf(object));
          const own =
            previous !== undefined && previous.metadata.generation === object.metadata.generation && previous['spec'] === object['spec'];
          return type === 'DELETED' || own ? [] : [keyOf(object)];
        },
      },
    ],
    reconcile: async (key, context) => {
      const autoscaler = context.api.peek(refOfKey(HORIZONTAL_POD_AUTOSCALER, key));
      if (!autoscaler) return undefined;
      await pass(autoscaler, context, { usage, scales }, histories);
      return INTERVAL_MS;
    },
  });
}

async function pass(
  autoscaler: KubeObject,
  { api, events }: PassContext,
  { usage, scales }: { usage: Usage; scales: ScaleClient },
  histories: Map<string, History>,
): Promise<void> {
  const now = api.clock.now();
  const reference = fields(autoscaler, 'spec', 'scaleTargetRef');
  const ref: ObjectRef = {
    apiVersion: text(reference, 'apiVersion'),
    kind: text(reference, 'kind'),
    namespace: namespaceOf(autoscaler),
    name: text(reference, 'name'),
  };
  const scale = await scales.read(ref);
  const known = 'problem' in scale ? undefined : scale;
  const pods = known ? podsOf(api, namespaceOf(autoscaler), known.selector) : [];
  const readings = known?.replicas === 0 ? [] : items(autoscaler, 'spec', 'metrics').map((metric) => readMetric(metric, pods, usage));
  const key = keyOf(autoscaler);
  const history = recent(histories.get(key), now);
  histories.set(key, history);
  const decision = decide(
    {
      autoscaler,
      replicas: known?.replicas,
      targetProblem: 'problem' in scale ? scale.problem : undefined,
      readings,
      wishes: history.wishes,
      changes: history.changes,
    },
    now,
  );
  if (decision.recommendation !== undefined) history.wishes.push({ at: now, replicas: decision.recommendation });
  let update = decision.update;
  for (const event of 'problem' in scale ? scaleEvents(autoscaler, update, scale.problem) : problemEvents(autoscaler, update, readings))
    events.record(event);
  if (decision.scaleTo !== undefined) {
    await scales.write(ref, decision.scaleTo);
    const message = `New size: ${decision.scaleTo}; reason: ${decision.reason}`;
    events.record({ on: autoscaler, type: 'Normal', reason: 'SuccessfulRescale', message });
    history.changes.push({ at: now, by: decision.scaleTo - (known?.replicas ?? 0) });
    update = scaledAt(update ?? autoscaler, decision.scaleTo, now);
  }
  if (update) await actOrThrow(api, events, [{ do: 'status', object: update }]);
}

/** A target that has no scale is told when that begins or changes. */
function scaleEvents(autoscaler: KubeObject, update: KubeObject | undefined, message: string): WantedEvent[] {
  return update ? [{ on: autoscaler, type: 'Warning', reason: 'FailedGetScale', message }] : [];
}

/** Warnings about metrics that cannot be read, told when that begins or changes (the real controller repeats them every 15 s). */
function problemEvents(autoscaler: KubeObject, update: KubeObject | undefined, readings: readonly MetricReading[]): WantedEvent[] {
  const problems = readings.flatMap(({ problem }) => (problem ? [problem] : []));
  const [first] = problems;
  const message = (object: KubeObject): string => text(findCondition(object, 'ScalingActive'), 'message');
  if (!first || !update || message(update) === message(autoscaler)) return [];
  const summary = `invalid metrics (${problems.length} invalid out of ${readings.length}), first error is: ${first.message}`;
  return [
    { on: autoscaler, type: 'Warning', reason: first.reason, message: first.message },
    { on: autoscaler, type: 'Warning', reason: 'FailedComputeMetricsReplicas', message: summary },
  ];
}

function podsOf(api: ClusterApi, namespace: string, selector: string): KubeObject[] {
  return api.list(POD, { namespace, labelSelector: selector }).filter(isActive);
}
