import type { JsonObject, KubeObject } from '@caretaker/kube';
import { storedForm } from '../schema/conversion.ts';
import { autoscalerToV2 } from '../schema/convert-autoscaler.ts';
import { list, text } from './read-value.ts';

/** `cpu: 10%/80%, memory: <unknown>/200Mi`, two at most. */
export function hpaMetrics(autoscaler: KubeObject): string {
  // the older version forgets where the CPU stood among the metrics
  const stored = storedForm(autoscaler);
  const hpa = stored.apiVersion === 'autoscaling/v1' ? autoscalerToV2(stored as unknown as JsonObject) : stored;
  const metrics = list(hpa, 'spec.metrics');
  if (metrics.length === 0) return '<none>';
  const current = list(hpa, 'status.currentMetrics');
  const shown = metrics.map((metric, index) => oneMetric(metric, current[index]));
  return shown.length > 2 ? `${shown.slice(0, 2).join(', ')} + ${shown.length - 2} more...` : shown.join(', ');
}

const SOURCES: Readonly<Record<string, string>> = {
  Resource: 'resource',
  ContainerResource: 'containerResource',
  Pods: 'pods',
  Object: 'object',
  External: 'external',
};

function oneMetric(metric: JsonObject, current: JsonObject | undefined): string {
  const type = text(metric, 'type');
  const source = SOURCES[type];
  if (source === undefined) return '<unknown type>';
  const named = type === 'Resource' || type === 'ContainerResource' ? `${text(metric, `${source}.name`)}: ` : '';
  const value = (path: string): string =>
    text(current, 'type') === type ? text(current, `${source}.current.${path}`, '<unknown>') : '<unknown>';
  const average = text(metric, `${source}.target.averageValue`);
  if (average !== '') return `${named}${value('averageValue')}/${average}${type === 'Object' || type === 'External' ? ' (avg)' : ''}`;
  if (named === '') return `${value('value')}/${text(metric, `${source}.target.value`)}`;
  const now = value('averageUtilization');
  const target = text(metric, `${source}.target.averageUtilization`);
  return `${named}${now === '<unknown>' ? now : `${now}%`}/${target === '' ? '<auto>' : `${target}%`}`;
}
