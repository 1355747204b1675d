import {
  createClient,
  createDiscovery,
  type Discovery,
  type KubeClient,
  type KubeObject,
  systemClock,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from '@caretaker/kube';

/** A server to run the suite against. */
export interface ConformanceTarget {
  name: string;
  /** A transport as a user who may do everything. Called once; closed by the suite. */
  connect(): Promise<Transport>;
  /** Called at the end. */
  close(): Promise<void>;
}

export type Interfere = (
  request: TransportRequest,
  send: (request: TransportRequest) => Promise<TransportResponse>,
) => Promise<TransportResponse>;

/** What every test of the suite starts from. */
export interface Bench {
  transport: Transport;
  client: KubeClient;
  discovery: Discovery;
  /** A namespace of this test alone. */
  namespace: string;
  /** A client whose requests are counted and may be interfered with. */
  observed(interfere?: Interfere): { client: KubeClient; discovery: Discovery; requests: string[] };
}

export function createBench(transport: Transport, namespace: string): Bench {
  const discovery = createDiscovery({ transport, clock: systemClock });
  const client = createClient({ transport, clock: systemClock, discovery, fieldManager: 'conformance' });
  return {
    transport,
    client,
    discovery,
    namespace,
    observed: (interfere = (request, send) => send(request)) => {
      const requests: string[] = [];
      const counting: Transport = {
        close: async () => undefined,
        send: (request) => {
          if (!/^\/apis?$/.test(request.path)) requests.push(`${request.method} ${request.path}`);
          return interfere(request, (passed) => transport.send(passed));
        },
      };
      const ownDiscovery = createDiscovery({ transport: counting, clock: systemClock });
      const observedClient = createClient({
        transport: counting,
        clock: systemClock,
        discovery: ownDiscovery,
        fieldManager: 'conformance',
      });
      return { client: observedClient, discovery: ownDiscovery, requests };
    },
  };
}

export function configMap(
  namespace: string,
  name: string,
  data: Record<string, string> = {},
  labels: Record<string, string> = {},
): KubeObject {
  // An empty map would be a field of its own to server-side apply.
  const metadata = Object.keys(labels).length === 0 ? { namespace, name } : { namespace, name, labels };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
}

export const configMaps = { apiVersion: 'v1', kind: 'ConfigMap' };

export function refOf(object: KubeObject): { apiVersion: string; kind: string; namespace?: string; name: string } {
  const { name = '', namespace } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

/** Resolves when `condition` holds, looked at whenever the event loop turns; a test's own time limit ends what never holds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise<void>((resolve) => void systemClock.after(10, resolve));
}
