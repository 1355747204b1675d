/** What every controller of the operator is given. Clock, random and transport come from outside. */
import type {
  Clock,
  Controller,
  ControllerSpec,
  Discovery,
  EventRecorder,
  Informers,
  KubeClient,
  Logger,
  MetricsRegistry,
  Random,
} from '@caretaker/kube';

export interface Runtime {
  client: KubeClient;
  informers: Informers;
  discovery: Discovery;
  clock: Clock;
  random: Random;
  logger: Logger;
  metrics: MetricsRegistry;
  events: EventRecorder;
  createController(spec: ControllerSpec): Controller;
}

/** `namespace/name`, the key of an object in a queue. */
export const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

/** @returns namespace and name of a key. */
export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
