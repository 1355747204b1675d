import {
  createClient,
  createDiscovery,
  createInformers,
  createLogger,
  createMetrics,
  createTransport,
  type Informers,
  type KubeClient,
  loadKubeconfig,
  systemClock,
  systemRandom,
} from '@caretaker/kube';

export async function connect(kubeconfig: string): Promise<{ client: KubeClient; informers: Informers; close(): Promise<void> }> {
  const clock = systemClock;
  const transport = createTransport(await loadKubeconfig({ clock, path: kubeconfig }), { clock });
  const client = createClient({ transport, clock, discovery: createDiscovery({ transport, clock }), fieldManager: 'bench' });
  const logger = createLogger({ write: (line) => process.stderr.write(line), clock, format: 'logfmt', level: 'error' });
  const informers = createInformers({ client, clock, random: systemRandom, logger, metrics: createMetrics() });
  return {
    client,
    informers,
    close: async () => {
      await informers.close();
      await transport.close();
    },
  };
}
