// The smallest thing over TLS that answers like an API server: discovery of ConfigMaps, and the same object to every request. Prints its port.
import { startTlsServer } from '../test/transport/tls-server.ts';

const resource = { resource: 'configmaps', responseKind: { kind: 'ConfigMap' }, scope: 'Namespaced', verbs: ['get'] };
const core = { metadata: { name: '' }, versions: [{ version: 'v1', resources: [resource] }] };
const discovery = JSON.stringify({ kind: 'APIGroupDiscoveryList', items: [core] });
const nothing = JSON.stringify({ kind: 'APIGroupDiscoveryList', items: [] });
const object = JSON.stringify({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'c',
    namespace: 'kube-bench',
    uid: 'u',
    resourceVersion: '1',
    managedFields: [{ manager: 'bench', fieldsV1: { 'f:data': { 'f:value': {} } } }],
  },
  data: { value: 'x'.repeat(600) },
});

const server = await startTlsServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    response.end(request.url === '/api' ? discovery : request.url === '/apis' ? nothing : object);
  });
});
console.log(server.port);
