import { type JsonObject, map, maybe, mostly, object, one } from '../shapes.ts';
import { flag, type Kind, metadata, word } from './kind.ts';

export const service: Kind = {
  name: 'Service',
  apiVersion: 'v1',
  kind: 'Service',
  collection: (namespace) => `/api/v1/namespaces/${namespace}/services`,
  shape: object({
    metadata: metadata(false),
    spec: object({
      ports: (dice) =>
        dice.shuffled(
          dice
            .some<JsonObject>(
              [
                { name: 'http', port: 80, targetPort: 'http' },
                { name: 'dns', port: 53, protocol: 'UDP' },
                { name: 'dns-tcp', port: 53, protocol: 'TCP' },
                { name: 'web', port: 8080, targetPort: 80, appProtocol: 'http' },
              ],
              0.5,
            )
            .map((port) => (dice.chance(0.03) ? { ...port, port: 0 } : port)),
        ),
      selector: maybe(0.8, map(['app', 'tier'], word, 0.7)),
      type: maybe(0.5, mostly(one('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'), 'Other')),
      externalName: maybe(0.15, one('example.com')),
      clusterIP: maybe(0.1, one('None', '')),
      sessionAffinity: maybe(0.2, mostly(one('None', 'ClientIP'), 'Cookie')),
      externalTrafficPolicy: maybe(0.1, one('Local', 'Cluster')),
      internalTrafficPolicy: maybe(0.1, one('Local', 'Cluster')),
      publishNotReadyAddresses: maybe(0.1, flag),
      externalIPs: maybe(0.1, one(['1.2.3.4'], ['1.2.3.4', '1.2.3.5'])),
      loadBalancerSourceRanges: maybe(0.05, one(['10.0.0.0/8'])),
      allocateLoadBalancerNodePorts: maybe(0.05, flag),
    }),
  }),
  strategic: true,
  pointers: [
    '/spec/ports/0',
    '/spec/ports/-',
    '/spec/selector/app',
    '/spec/selector',
    '/spec/type',
    '/metadata/labels/app',
    '/spec/sessionAffinity',
    '/metadata/annotations',
  ],
  listKeys: { ports: 'port' },
};
