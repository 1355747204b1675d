import type { ApiResource, Discovery } from '@caretaker/kube';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

export const pods: ApiResource = {
  apiVersion: 'v1',
  kind: 'Pod',
  group: '',
  version: 'v1',
  plural: 'pods',
  singular: 'pod',
  namespaced: true,
  verbs,
  shortNames: ['po'],
  subresources: ['status', 'eviction'],
};

export const configMaps: ApiResource = { ...pods, kind: 'ConfigMap', plural: 'configmaps', singular: 'configmap', shortNames: ['cm'] };

export const namespaces: ApiResource = { ...pods, kind: 'Namespace', plural: 'namespaces', singular: 'namespace', namespaced: false };

export const deployments: ApiResource = {
  ...pods,
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  group: 'apps',
  plural: 'deployments',
  singular: 'deployment',
};

export const events: ApiResource = { ...pods, kind: 'Event', plural: 'events', singular: 'event' };

export const leases: ApiResource = {
  ...pods,
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  group: 'coordination.k8s.io',
  plural: 'leases',
  singular: 'lease',
};

/** A discovery that knows these kinds and never asks. */
export function fixedDiscovery(
  ...resources: ApiResource[]
): Discovery & { readonly resources: ApiResource[]; change(): void; invalidated: number } {
  const listeners = new Set<() => void>();
  const peek: Discovery['peek'] = (kind) => resources.find((known) => known.kind === kind.kind && known.apiVersion === kind.apiVersion);
  const discovery = {
    resources,
    invalidated: 0,
    peek,
    find: async (kind: Parameters<typeof peek>[0]) => peek(kind),
    list: async () => resources,
    invalidate: () => {
      discovery.invalidated++;
    },
    onChange: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    change: () => {
      for (const listener of listeners) listener();
    },
  };
  return discovery;
}
