import type { JsonObject } from '@caretaker/kube';
import type { Store } from '../../storage/store.ts';
import { member, members, textOf } from '../json-members.ts';
import { unreachable, type WebhookEndpoint } from './call.ts';

/** The address in a webhook's clientConfig. A Service is reached through one of its ready endpoints. Throws an Error that says why not. */
export function endpointOf(store: Store, webhook: JsonObject, timeoutSeconds: number): WebhookEndpoint {
  const config = member(webhook, 'clientConfig');
  const ca = textOf(config['caBundle']);
  const caPem = ca === '' ? undefined : Buffer.from(ca, 'base64').toString('utf8');
  const url = textOf(config['url']);
  if (url !== '') return { url, ca: caPem };
  const service = member(config, 'service');
  const [namespace, name] = [textOf(service['namespace']), textOf(service['name'])];
  const port = Number(service['port'] ?? 443);
  const address = `https://${name}.${namespace}.svc:${port}${textOf(service['path'])}`;
  const found = store.table('/services').get(namespace, name);
  if (found === undefined) throw unreachable(address, timeoutSeconds, `service ${JSON.stringify(name)} not found`);
  const servicePort = members(member(found, 'spec'), 'ports').find((each) => each['port'] === port);
  if (servicePort === undefined)
    throw unreachable(address, timeoutSeconds, `no service port ${port} found for service ${JSON.stringify(name)}`);
  const connect = findEndpoint(store, namespace, name, servicePort);
  if (connect === undefined) throw unreachable(address, timeoutSeconds, `no endpoints available for service ${JSON.stringify(name)}`);
  return { url: address, ca: caPem, connect };
}

function findEndpoint(store: Store, namespace: string, name: string, servicePort: JsonObject): { host: string; port: number } | undefined {
  for (const slice of store.table('discovery.k8s.io/endpointslices').values(namespace)) {
    if (slice.metadata.labels?.['kubernetes.io/service-name'] !== name) continue;
    const target = members(slice, 'ports').find((each) => (each['name'] ?? '') === (servicePort['name'] ?? ''));
    const ready = members(slice, 'endpoints').find((each) => member(each, 'conditions')['ready'] !== false);
    const addresses = ready?.['addresses'];
    if (Array.isArray(addresses) && typeof addresses[0] === 'string' && typeof target?.['port'] === 'number')
      return { host: addresses[0], port: target['port'] };
  }
  return undefined;
}
