import type { JsonObject } from '@caretaker/kube';
import { compareQuantities, parseQuantity } from '../decode/quantity.ts';
import { items, member } from '../defaulting/fill.ts';

const COUNTED = ['cpu', 'memory'];

const positive = (value: unknown): boolean => typeof value === 'string' && (parseQuantity(value)?.nanos ?? 0n) > 0n;

/** What is asked for the pod as a whole stands for its containers. BestEffort without requests and limits of cpu and memory, Guaranteed when every container's limits equal its requests, else Burstable. */
export function podQualityOfService(spec: JsonObject): 'BestEffort' | 'Burstable' | 'Guaranteed' {
  const whole = member(spec, 'resources');
  const containers = whole === undefined ? [...items(spec, 'containers'), ...items(spec, 'initContainers')] : [{ resources: whole }];
  let any = false;
  let guaranteed = containers.length > 0;
  for (const one of containers) {
    const limits = member(member(one, 'resources'), 'limits') ?? {};
    const requests = member(member(one, 'resources'), 'requests') ?? {};
    for (const name of COUNTED) {
      if (positive(limits[name]) || positive(requests[name])) any = true;
      const limit = limits[name];
      const request = requests[name];
      if (!positive(limit)) guaranteed = false;
      else if (typeof request === 'string' && compareQuantities(request, String(limit)) !== 0) guaranteed = false;
    }
  }
  if (!any) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
