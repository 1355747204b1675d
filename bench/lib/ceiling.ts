// What this machine's API server can take at most: a raw client with 32 server-side applies in flight, no operator, no watches.
import type { KubeClient, KubeObject } from '@caretaker/kube';

export interface Ceiling {
  configMapsPerSecond: number;
  deploymentsPerSecond: number;
}

export async function measureCeiling(client: KubeClient, count: number): Promise<Ceiling> {
  const namespace = 'ceiling';
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const configMap = (i: number): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `c${i}`, namespace },
    data: { plan: 'pro', host: `c${i}.example.com` },
  });
  const deployment = (i: number): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `d${i}`, namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: `d${i}` } },
      template: { metadata: { labels: { app: `d${i}` } }, spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] } },
    },
  });
  const result = { configMapsPerSecond: await rate(client, count, configMap), deploymentsPerSecond: await rate(client, count, deployment) };
  await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
  return result;
}

async function rate(client: KubeClient, count: number, make: (index: number) => KubeObject): Promise<number> {
  let next = 0;
  const started = performance.now();
  const worker = async (): Promise<void> => {
    while (next < count) await client.apply(make(next++), { fieldManager: 'ceiling', force: true });
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  return count / ((performance.now() - started) / 1000);
}
