import type { KubeObject } from '@caretaker/kube';
import { findCondition, timedCondition } from '../machinery/conditions.ts';
import type { Fields } from '../machinery/read.ts';
import { fields, integer, items, rfc3339, sameJson, text } from '../machinery/read.ts';
import { hasBehavior, rateLimits, type SizeChange, stabilize, type Wish } from './rate.ts';

/** Differences within this part of the target change nothing (the controller's default tolerance). */
const TOLERANCE = 0.1;

/** One metric of the spec, as it stands. */
export interface MetricReading {
  /** What `status.currentMetrics` shows of it; undefined when it cannot be read. */
  current: Record<string, unknown> | undefined;
  /** Use over target: 1 = as wanted. */
  ratio: number | undefined;
  /** Why it cannot be read. */
  problem: { reason: string; message: string } | undefined;
}

export interface Observed {
  autoscaler: KubeObject;
  /** Replicas of the target's scale; undefined when there is no such target. */
  replicas: number | undefined;
  targetProblem: string | undefined;
  readings: readonly MetricReading[];
  /** What the metrics asked for before. */
  wishes: readonly Wish[];
  /** What was done about it. */
  changes: readonly SizeChange[];
}

export interface Decision {
  /** The autoscaler with its new status; undefined when nothing changes. */
  update: KubeObject | undefined;
  /** New size of the target. */
  scaleTo: number | undefined;
  /** What the metrics ask for, before stabilization. */
  recommendation: number | undefined;
  reason: string;
}

/** Size of the target from its metrics: the largest that any metric asks for, within the bounds, shrinking only when it was wanted for a while. */
export function decide({ autoscaler, replicas, targetProblem, readings, wishes, changes }: Observed, now: number): Decision {
  const conditions: Fields[] = [];
  const set = (type: string, status: 'True' | 'False', reason: string, message: string): void => {
    conditions.push(timedCondition(findCondition(autoscaler, type), { type, status, reason, message }, now));
  };
  if (replicas === undefined) {
    set(
      'AbleToScale',
      'False',
      'FailedGetScale',
      `the HPA controller was unable to get the target's current scale: ${targetProblem ?? 'not found'}`,
    );
    return finish(autoscaler, { conditions, current: [], replicas: 0, desired: 0 }, undefined, undefined, '');
  }
  const current = readings.map((reading) => reading.current ?? null);
  const known = readings.flatMap((reading) => (reading.ratio === undefined ? [] : [reading.ratio]));
  const problem = readings.find((reading) => reading.problem)?.problem;
  if (replicas === 0) {
    set('AbleToScale', 'True', 'SucceededGetScale', "the HPA controller was able to get the target's current scale");
    set('ScalingActive', 'False', 'ScalingDisabled', 'scaling is disabled since the replica count of the target is zero');
    return finish(autoscaler, { conditions, current: [], replicas, desired: 0 }, undefined, undefined, '');
  }
  const outside = bounded(autoscaler, replicas);
  if (outside.size !== replicas) {
    // Out of bounds the metrics do not matter.
    set('AbleToScale', 'True', 'SucceededGetScale', "the HPA controller was able to get the target's current scale");
    const which = replicas > outside.size ? 'above Spec.MaxReplicas' : 'below Spec.MinReplicas';
    const values = { conditions, current: [], replicas, desired: outside.size };
    return finish(autoscaler, values, outside.size, undefined, `Current number of replicas ${which}`);
  }
  if (known.length === 0) {
    set('AbleToScale', 'True', 'SucceededGetScale', "the HPA controller was able to get the target's current scale");
    const { reason, message } = problem ?? { reason: 'InvalidMetricSourceType', message: 'no metric could be read' };
    set('ScalingActive', 'False', reason, `the HPA was unable to compute the replica count: ${message}`);
    const desired = bounded(autoscaler, replicas).size;
    return finish(autoscaler, { conditions, current: [], replicas, desired }, desired === replicas ? undefined : desired, undefined, '');
  }
  const ratio = Math.max(...known);
  const wanted = Math.abs(ratio - 1) <= TOLERANCE ? replicas : Math.ceil(ratio * replicas);
  const stabilized = stabilize(autoscaler, replicas, wanted, wishes, now);
  const limited = limitRate(autoscaler, replicas, stabilized, changes, now);
  if (stabilized !== wanted) {
    const [reason, message] =
      hasBehavior(autoscaler) && wanted >= replicas
        ? ['ScaleUpStabilized', 'recent recommendations were lower than current one, applying the lowest recent recommendation']
        : ['ScaleDownStabilized', 'recent recommendations were higher than current one, applying the highest recent recommendation'];
    set('AbleToScale', 'True', reason, message);
  } else set('AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size');
  set('ScalingActive', 'True', 'ValidMetricFound', 'the HPA was able to successfully calculate a replica count from the metrics');
  set('ScalingLimited', limited.reason === 'DesiredWithinRange' ? 'False' : 'True', limited.reason, limited.message);
  const scaleTo = limited.size === replicas ? undefined : limited.size;
  const reason = ratio > 1 ? `${metricName(readings.find((reading) => reading.ratio === ratio))} above target` : 'All metrics below target';
  return finish(autoscaler, { conditions, current, replicas, desired: limited.size }, scaleTo, wanted, reason);
}

/** A metric as events name it. */
function metricName(reading: MetricReading | undefined): string {
  const { current } = reading ?? {};
  const container = fields(current, 'containerResource');
  const body = 'name' in container ? container : fields(current, 'resource');
  const kind = 'name' in container ? 'container resource' : 'resource';
  const unit = integer(body, 'current', 'averageUtilization') === undefined ? '' : ' utilization (percentage of request)';
  return `${text(body, 'name')} ${kind}${unit}`;
}

/** A size within the bounds of the spec and of how fast it may change. */
function limitRate(autoscaler: KubeObject, current: number, wanted: number, changes: readonly SizeChange[], now: number) {
  const { least, most } = rateLimits(autoscaler, current, changes, now);
  const max = integer(autoscaler, 'spec', 'maxReplicas') ?? wanted;
  const min = integer(autoscaler, 'spec', 'minReplicas') ?? 1;
  const slow = (size: number, reason: string, how: string) => {
    return { size, reason, message: `the desired replica count is ${how} faster than the maximum scale rate` };
  };
  if (wanted > current && max > most && wanted > most) return slow(most, 'ScaleUpLimit', 'increasing');
  if (wanted < current && min < least && wanted < least) return slow(least, 'ScaleDownLimit', 'decreasing');
  return bounded(autoscaler, wanted);
}

function bounded(autoscaler: KubeObject, wanted: number): { size: number; reason: string; message: string } {
  const most = integer(autoscaler, 'spec', 'maxReplicas') ?? wanted;
  const least = integer(autoscaler, 'spec', 'minReplicas') ?? 1;
  if (wanted > most)
    return { size: most, reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' };
  if (wanted < least)
    return { size: least, reason: 'TooFewReplicas', message: 'the desired replica count is less than the minimum replica count' };
  return { size: wanted, reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' };
}

function finish(
  autoscaler: KubeObject,
  values: { conditions: Fields[]; current: unknown[]; replicas: number; desired: number },
  scaleTo: number | undefined,
  recommendation: number | undefined,
  reason: string,
): Decision {
  const last = text(autoscaler, 'status', 'lastScaleTime');
  const status: Record<string, unknown> = {
    ...(autoscaler.metadata.generation === undefined ? {} : { observedGeneration: autoscaler.metadata.generation }),
    ...(last ? { lastScaleTime: last } : {}),
    ...(values.replicas > 0 ? { currentReplicas: values.replicas } : {}),
    desiredReplicas: values.desired,
    currentMetrics: values.current.length > 0 ? values.current : null,
    conditions: values.conditions,
  };
  const same = sameJson(comparable(status), comparable(fields(autoscaler, 'status')));
  return { update: same ? undefined : { ...autoscaler, status }, scaleTo, recommendation, reason };
}

/** A null list and an absent one are the same. */
function comparable(status: Fields): Fields {
  const { currentMetrics, ...rest } = status;
  return items(currentMetrics).length > 0 ? { ...rest, currentMetrics } : rest;
}

/** The autoscaler after it has set the size of its target. */
export function scaledAt(autoscaler: KubeObject, size: number, now: number): KubeObject {
  const message = `the HPA controller was able to update the target scale to ${size}`;
  const wanted = { type: 'AbleToScale', status: 'True' as const, reason: 'SucceededRescale', message };
  const done = timedCondition(findCondition(autoscaler, 'AbleToScale'), wanted, now);
  const conditions = items(autoscaler, 'status', 'conditions').map((one) => (text(one, 'type') === 'AbleToScale' ? done : one));
  return { ...autoscaler, status: { ...fields(autoscaler, 'status'), lastScaleTime: rfc3339(now), conditions } };
}
