import { cluster, named, plainSelector, type Sample } from './sample.ts';

export const NETWORKING_SAMPLES: readonly Sample[] = [
  named('networking.k8s.io/v1', 'ingresses', 'Ingress', {
    spec: {
      ingressClassName: 'nginx',
      defaultBackend: { service: { name: 'd', port: { number: 80 } } },
      rules: [
        {
          host: 'a.example.com',
          http: { paths: [{ path: '/a', pathType: 'Prefix', backend: { service: { name: 's', port: { name: 'http' } } } }] },
        },
      ],
      tls: [{ hosts: ['a.example.com'], secretName: 't' }],
    },
  }),
  named('networking.k8s.io/v1', 'networkpolicies', 'NetworkPolicy', {
    spec: {
      podSelector: plainSelector,
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [{ podSelector: plainSelector }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }],
          ports: [{ port: 80, protocol: 'TCP' }],
        },
      ],
      egress: [{ to: [{ namespaceSelector: plainSelector }], ports: [{ port: 1000, endPort: 2000, protocol: 'UDP' }] }],
    },
  }),
  named('discovery.k8s.io/v1', 'endpointslices', 'EndpointSlice', {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true }, hostname: 'a', nodeName: 'n', zone: 'z' }],
    ports: [{ name: 'p', port: 80, protocol: 'TCP', appProtocol: 'http' }],
  }),
  cluster('networking.k8s.io/v1', 'ingressclasses', 'IngressClass', {
    spec: {
      controller: 'example.com/ingress',
      parameters: { apiGroup: 'example.com', kind: 'Config', name: 'c', scope: 'Namespace', namespace: 'n' },
    },
  }),
  cluster('networking.k8s.io/v1', 'servicecidrs', 'ServiceCIDR', { spec: { cidrs: ['10.77.0.0/16'] } }, undefined, 'create'),
  cluster(
    'networking.k8s.io/v1',
    'ipaddresses',
    'IPAddress',
    { spec: { parentRef: { resource: 'services', namespace: 'n', name: 's' } } },
    '10.77.0.9',
    'create',
  ),
];
