import type { KubeObject } from '@caretaker/kube';
import type { ContainerUsage } from '../../metrics-api/pod-usage.ts';
import { isReady } from '../machinery/pods.ts';
import { cpuText, memoryText, quantities, quantity } from '../machinery/quantities.ts';
import { fields, integer, items, text } from '../machinery/read.ts';
import type { MetricReading } from './decide.ts';

/** Reads one metric of an autoscaler's spec from the pods of its target. Only resource metrics exist here. */
export function readMetric(
  metric: unknown,
  pods: readonly KubeObject[],
  usage: (pod: KubeObject) => ContainerUsage[] | undefined,
): MetricReading {
  const type = text(metric, 'type');
  const source = type === 'ContainerResource' ? fields(metric, 'containerResource') : fields(metric, 'resource');
  if (type !== 'Resource' && type !== 'ContainerResource') {
    const message = `unable to get ${type} metric: no such metrics API in this cluster`;
    return { current: undefined, ratio: undefined, problem: { reason: `FailedGet${type}Metric`, message } };
  }
  const name = text(source, 'name') === 'memory' ? 'memory' : 'cpu';
  const container = text(source, 'container');
  const chosen = (candidate: string): boolean => container === '' || candidate === container;
  const target = fields(source, 'target');
  const averageUtilization = integer(target, 'averageUtilization');
  const byUtilization = averageUtilization !== undefined;
  let used = 0;
  let requested = 0;
  let counted = 0;
  for (const pod of pods.filter(isReady)) {
    const readings = usage(pod);
    if (!readings) continue;
    counted += 1;
    for (const reading of readings) if (chosen(reading.name)) used += reading[name];
    for (const spec of items(pod, 'spec', 'containers')) {
      if (!chosen(text(spec, 'name'))) continue;
      const request = quantities(spec, 'resources', 'requests')[name];
      if (request === undefined && byUtilization) return missingRequest(name, text(spec, 'name'), pod);
      requested += request ?? 0;
    }
  }
  const reason = 'FailedGetResourceMetric';
  if (counted === 0) {
    const message = `failed to get ${name} utilization: unable to get metrics for resource ${name}: no metrics returned from resource metrics API`;
    return { current: undefined, ratio: undefined, problem: { reason, message } };
  }
  const print = name === 'cpu' ? cpuText : memoryText;
  const averageValue = print(used / counted);
  // Whole thousandths, as quantities are compared: sums of decimal fractions are not exact.
  const utilization = Math.trunc((Math.round(used * 1000) * 100) / Math.round(requested * 1000));
  const current = { averageValue, ...(byUtilization ? { averageUtilization: utilization } : {}) };
  const ratio = byUtilization ? utilization / averageUtilization : used / counted / (quantity(text(target, 'averageValue')) || 1);
  const body = { name, ...(container ? { container } : {}), current };
  return { current: type === 'Resource' ? { type, resource: body } : { type, containerResource: body }, ratio, problem: undefined };
}

function missingRequest(name: string, container: string, pod: KubeObject): MetricReading {
  const message = `failed to get ${name} utilization: missing request for ${name} in container ${container} of Pod ${pod.metadata.name ?? ''}`;
  return { current: undefined, ratio: undefined, problem: { reason: 'FailedGetResourceMetric', message } };
}
