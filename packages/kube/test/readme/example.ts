import {
  systemClock as clock,
  connect,
  createClient,
  createController,
  createDiscovery,
  createInformers,
  createLogger,
  createManager,
  isNotFound,
  systemRandom as random,
  type Transport,
} from '@caretaker/kube';

/** Gives every Namespace a ConfigMap `welcome`, and gives it back when somebody changes or deletes it. */
export async function run(transport: Transport, signal: AbortSignal): Promise<void> {
  const logger = createLogger({ write: (line) => process.stderr.write(line), clock });
  const discovery = createDiscovery({ transport, clock });
  const client = createClient({ transport, clock, discovery, fieldManager: 'welcome' });
  const informers = createInformers({ client, clock, random, logger, discovery });

  const namespaces = informers.acquire({ apiVersion: 'v1', kind: 'Namespace', metadataOnly: true });
  const configMaps = informers.acquire({ apiVersion: 'v1', kind: 'ConfigMap', fieldSelector: 'metadata.name=welcome' });

  const reconcile = async ({ key }: { key: string }): Promise<undefined> => {
    const namespace = namespaces.get(undefined, key);
    if (namespace === undefined || namespace.metadata.deletionTimestamp !== undefined) return;
    const live = configMaps.get(key, 'welcome');
    const data = { text: `Welcome to ${key}` };
    if (JSON.stringify(live?.['data']) === JSON.stringify(data)) return;
    const wanted = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'welcome', namespace: key }, data };
    // A namespace that has just gone is no fault: its deletion is on its way to us.
    await client.apply(wanted, { fieldManager: 'welcome', force: true }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
    logger.info('Welcomed', { namespace: key });
  };

  const controller = createController({ name: 'welcome', concurrency: 4, reconcile }, { clock, random, logger });
  connect(namespaces, controller.queue);
  connect(configMaps, controller.queue, { keys: ({ object }) => [object.metadata.namespace ?? ''] });

  const manager = createManager({ clock, logger });
  manager.add({
    name: 'informers',
    start: () => Promise.all([namespaces.waitForSync(), configMaps.waitForSync()]).then(),
    stop: () => informers.close(),
  });
  manager.add(controller);
  await manager.run(signal);
}
