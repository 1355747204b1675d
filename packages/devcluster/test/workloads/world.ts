import type { GroupVersionKind, KubeObject } from '@caretaker/kube';
import { VirtualClock } from '@caretaker/kube/testing';
import { bareControllers } from '../../src/controllers/bare.ts';
import type { ClusterApi } from '../../src/controllers/contract.ts';
import { DevCluster } from '../../src/dev-cluster.ts';
import { fields } from '../../src/workloads/machinery/read.ts';
import type { WorkloadOptions } from '../../src/workloads/suite.ts';
import { workloadControllers } from '../../src/workloads/suite.ts';

/** Numbers that look random and are the same in every run. */
export function seededRandom(seed = 1): { next(): number; bytes(count: number): Uint8Array } {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return { next, bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(next() * 256)) };
}

export interface World {
  cluster: DevCluster;
  api: ClusterApi;
  clock: VirtualClock;
  /** Lets seconds pass. */
  pass(seconds: number): Promise<void>;
  get(kind: GroupVersionKind, name: string, namespace?: string): KubeObject | undefined;
  list(kind: GroupVersionKind): readonly KubeObject[];
  status(kind: GroupVersionKind, name: string): Readonly<Record<string, unknown>>;
  events(name: string): string[];
  close(): Promise<void>;
}

/** A cluster with all workload controllers under virtual time, in namespace default. */
export async function makeWorld(options: WorkloadOptions = {}): Promise<World> {
  const clock = new VirtualClock();
  const cluster = new DevCluster({ clock, random: seededRandom() });
  cluster.start([...bareControllers(cluster.core), ...workloadControllers(cluster, options)]);
  await clock.advance(100);
  const api = cluster.api();
  const get = (kind: GroupVersionKind, name: string, namespace = 'default'): KubeObject | undefined =>
    api.peek({ ...kind, namespace, name });
  return {
    cluster,
    api,
    clock,
    pass: (seconds) => clock.advance(seconds * 1000),
    get,
    list: (kind) => api.list(kind, { namespace: 'default' }),
    status: (kind, name) => fields(get(kind, name), 'status'),
    events: (name) =>
      api
        .list({ apiVersion: 'v1', kind: 'Event' })
        .filter((event) => fields(event, 'involvedObject')['name'] === name)
        .map((event) => `${String(event['reason'])}: ${String(event['message'])}`),
    close: () => cluster.close(),
  };
}

export function podTemplate(image = 'nginx:1', labels: Record<string, string> = { app: 'web' }): Record<string, unknown> {
  return { metadata: { labels }, spec: { containers: [{ name: 'main', image }] } };
}

export function deployment(name: string, spec: Record<string, unknown> = {}, image = 'nginx:1'): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: podTemplate(image, { app: name }), ...spec },
  };
}
