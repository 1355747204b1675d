import {
  createClient,
  createDiscovery,
  createInformers,
  createLogger,
  createMetrics,
  createTransport,
  type Discovery,
  type Informers,
  type KubeClient,
  loadKubeconfig,
  systemClock,
  systemRandom,
} from '@caretaker/kube';

/** A client of the demo's cluster, as its admin. */
export interface Connection {
  client: KubeClient;
  discovery: Discovery;
  informers: Informers;
  close(): Promise<void>;
}

/** Connects through the kubeconfig that a person would use, so that the demo proves it works. */
export async function connect(kubeconfig: string): Promise<Connection> {
  const clock = systemClock;
  const config = await loadKubeconfig({ clock, path: kubeconfig });
  const transport = createTransport(config, { clock, userAgent: 'caretaker-dev' });
  const discovery = createDiscovery({ transport, clock });
  const client = createClient({ transport, clock, discovery, fieldManager: 'caretaker-dev' });
  const logger = createLogger({ write: () => {}, clock, format: 'logfmt', level: 'error' });
  const informers = createInformers({ client, clock, random: systemRandom, logger, metrics: createMetrics() });
  return {
    client,
    discovery,
    informers,
    close: async () => {
      await informers.close();
      await transport.close();
    },
  };
}
