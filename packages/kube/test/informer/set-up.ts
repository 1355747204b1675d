import { createClient, createInformers, type Informer, type InformerSpec, type Informers, silentLogger } from '@caretaker/kube';
import { seededRandom, settle, VirtualClock } from '@caretaker/kube/testing';
import { configMaps, fixedDiscovery, pods } from '../client/resources.ts';
import { FakeServer } from './fake-server.ts';

export interface World {
  server: FakeServer;
  clock: VirtualClock;
  informers: Informers;
  discovery: ReturnType<typeof fixedDiscovery>;
}

export const podSpec: InformerSpec = { apiVersion: 'v1', kind: 'Pod' };

export function createWorld(): World {
  const server = new FakeServer();
  const clock = new VirtualClock();
  const discovery = fixedDiscovery(pods, configMaps);
  const client = createClient({ transport: server.transport, clock, discovery, fieldManager: 'test' });
  const informers = createInformers({ client, clock, random: seededRandom(1), logger: silentLogger, discovery });
  return { server, clock, informers, discovery };
}

/** An informer of pods and the list of what its handler was told. */
export async function follow(world: World, spec: InformerSpec = podSpec): Promise<{ informer: Informer; told: string[] }> {
  const informer = world.informers.acquire(spec);
  const told: string[] = [];
  informer.subscribe({
    added: (object, initial) => told.push(`added ${object.metadata.name}${initial ? ' initially' : ''}`),
    modified: (object, old) =>
      told.push(`modified ${object.metadata.name} ${old.metadata.resourceVersion}->${object.metadata.resourceVersion}`),
    deleted: (object) => told.push(`deleted ${object.metadata.name}`),
    synced: () => told.push('synced'),
    failing: (error) => told.push(`failing: ${error.message}`),
    healthy: () => told.push('healthy'),
  });
  await settle();
  return { informer, told };
}
