// A process that stands for election and, while it leads, writes as fast as it can: `node candidate.ts KUBECONFIG NAMESPACE IDENTITY`. Prints one line per happening.
import {
  createClient,
  createDiscovery,
  createLeaderElector,
  createTransport,
  fencedTransport,
  loadKubeconfig,
  silentLogger,
  sleep,
  systemClock,
  systemRandom,
  TransportError,
} from '@caretaker/kube';

const [path = '', namespace = '', identity = ''] = process.argv.slice(2);
const clock = systemClock;
const transport = createTransport(await loadKubeconfig({ clock, path }), { clock });
const discovery = createDiscovery({ transport, clock });
const elector = createLeaderElector({
  client: createClient({ transport, clock, discovery, fieldManager: identity }),
  clock,
  random: systemRandom,
  logger: silentLogger,
  namespace,
  name: 'leader',
  identity,
  leaseDurationMs: 3_000,
  renewDeadlineMs: 2_000,
  retryPeriodMs: 300,
});
const client = createClient({ transport: fencedTransport(transport, elector.fence), clock, discovery, fieldManager: identity });
let lost = false;
void elector.lost.then((error) => {
  lost = true;
  console.log(`lost ${error.message}`);
});
console.log('standing');
await elector.acquire(new AbortController().signal);
console.log('leading');
for (let number = 0; !lost; number++) {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'shared' };
  await client.patch(ref, { type: 'merge', body: { data: { writer: identity, number: String(number) } } }).catch((error: unknown) => {
    if (!(error instanceof TransportError)) throw error;
    console.log(`not written: ${error.failure}`);
  });
  await sleep(clock, 5);
}
await transport.close();
