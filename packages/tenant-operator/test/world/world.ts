/** A cluster, a table and the operator in one process and in virtual time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DevCluster, workloadControllers } from '@caretaker/devcluster';
import {
  createClient,
  createDiscovery,
  createLogger,
  createMetrics,
  type KubeClient,
  type KubeObject,
  type MetricsRegistry,
  type Transport,
  TransportError,
  type TransportRequest,
} from '@caretaker/kube';
import { seededRandom, VirtualClock } from '@caretaker/kube/testing';
import { parseAllDocuments } from 'yaml';
import { bareControllers } from '../../../devcluster/src/controllers/bare.ts';
import { generate } from '../../generate.ts';
import { apiVersion, tenantKind } from '../../src/api/names.ts';
import type { OperatorFlags } from '../../src/operator/flags.ts';
import { type RunningOperator, startTenantOperator } from '../../src/operator/start.ts';
import type { SourceConfig } from '../../src/sources/config.ts';
import { type MemoryTable, memoryTable } from './memory-source.ts';

export interface Request {
  method: string;
  /** Path without query. */
  path: string;
  watch: boolean;
  status: number;
  /** Virtual milliseconds. */
  at: number;
}

export interface World {
  clock: VirtualClock;
  cluster: DevCluster;
  /** The admin. */
  client: KubeClient;
  table: MemoryTable;
  /** Configurations that sources were opened with. */
  sources: SourceConfig[];
  metrics: MetricsRegistry;
  /** Lines of the operator's log. */
  log: string[];
  /** Requests of the operator. */
  requests: Request[];
  operator: RunningOperator;
  /** Lets time pass. */
  advance(ms: number): Promise<void>;
  /** Time passes until the condition holds; fails after `limitMs`. */
  until(what: string, condition: () => Promise<boolean>, limitMs?: number): Promise<void>;
  get(kind: { apiVersion: string; kind: string }, name: string, namespace?: string): Promise<KubeObject | undefined>;
  tenant(name: string): Promise<KubeObject | undefined>;
  tenants(): Promise<string[]>;
  /** Events as `reason: message`. */
  events(name: string): Promise<string[]>;
  restart(): Promise<void>;
  /** Cuts the operator off after so many more writes, the last of which loses its reply. */
  cutOffAfter(writes: number): void;
  /** Starts another in the place of one that was cut off. */
  replace(): Promise<void>;
  close(): Promise<void>;
}

export const namespace = 'tenants';
const operatorUser = 'system:serviceaccount:tenant-operator-system:tenant-operator-controller-manager';
const root = join(import.meta.dirname, '..', '..', '..', '..');

/** Objects of a YAML file of the repository. */
export function manifests(path: string): KubeObject[] {
  return parseAllDocuments(readFileSync(join(root, path), 'utf8')).map((document) => document.toJS() as KubeObject);
}

export const registryManifest = (spec: Record<string, unknown> = {}): KubeObject => ({
  apiVersion,
  kind: 'TenantRegistry',
  metadata: { name: 'acme-saas', namespace },
  spec: {
    source: { type: 'sqlite', syncInterval: '30s', sqlite: { path: 'rows.db', table: 'customers' } },
    valueMappings: { uid: 'id', hostOrUrl: 'url', activate: 'active' },
    extraValueMappings: { plan: 'plan' },
    ...spec,
  },
});

/** A ConfigMap, and a Deployment that waits for it. */
export const templateManifest = (spec: Record<string, unknown> = {}): KubeObject => ({
  apiVersion,
  kind: 'TenantTemplate',
  metadata: { name: 'web', namespace },
  spec: {
    registryId: 'acme-saas',
    configMaps: [
      {
        id: 'settings',
        nameTemplate: '{{ .uid }}-settings',
        spec: { apiVersion: 'v1', kind: 'ConfigMap', data: { plan: '{{ .plan | default "free" }}', host: '{{ .host }}' } },
      },
    ],
    deployments: [
      {
        id: 'web',
        nameTemplate: '{{ .uid }}-web',
        dependIds: ['settings'],
        spec: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          spec: {
            replicas: 1,
            selector: { matchLabels: { app: '{{ .uid }}' } },
            template: { metadata: { labels: { app: '{{ .uid }}' } }, spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] } },
          },
        },
      },
    ],
    ...spec,
  },
});

export const row = (id: string, over: Record<string, string | null> = {}): Record<string, string | null> => ({
  id,
  url: `https://${id}.example.com/x`,
  active: '1',
  plan: 'pro',
  ...over,
});
export const rows = (count: number): Record<string, string | null>[] => Array.from({ length: count }, (_, index) => row(`c${index}`));

/** What becomes of a request: lost on the way there, or its answer lost on the way back. */
export type Fault = 'request' | 'reply' | undefined;

function counted(transport: Transport, clock: VirtualClock, requests: Request[], fault: (request: TransportRequest) => Fault): Transport {
  return {
    close: () => transport.close(),
    send: async (request) => {
      const lost = fault(request);
      if (lost === 'request') throw new TransportError('reset', 'the request was lost');
      const response = await transport.send(request);
      if (lost === 'reply') throw new TransportError('reset', 'the reply was lost');
      const url = new URL(request.path, 'http://cluster');
      requests.push({
        method: request.method,
        path: url.pathname,
        watch: url.searchParams.has('watch'),
        status: response.status,
        at: clock.monotonic(),
      });
      return response;
    },
  };
}

export interface WorldOptions {
  rows?: Record<string, string | null>[];
  registry?: Record<string, unknown> | false;
  template?: Record<string, unknown> | false;
  flags?: Partial<OperatorFlags>;
  /** Applied before registry and template. */
  objects?: KubeObject[];
  /** Loses requests of the operator. */
  fault?: (request: TransportRequest) => Fault;
}

/** Everything installed as `kubectl apply -k config` does it, the operator authorized by config/rbac alone. */
export async function world(options: WorldOptions = {}): Promise<World> {
  const clock = new VirtualClock(Date.UTC(2026, 10, 20, 12));
  const requests: Request[] = [];
  const cluster = new DevCluster({ clock, random: seededRandom(1) });
  cluster.start(bareControllers(cluster.core));
  cluster.start(workloadControllers(cluster, {}));
  const transport = cluster.transport();
  const client = createClient({ transport, clock, discovery: createDiscovery({ transport, clock }), fieldManager: 'kubectl' });
  const advancing = async <T>(work: Promise<T>): Promise<T> => {
    let done = false;
    const ended = work.finally(() => {
      done = true;
    });
    ended.catch(() => undefined);
    for (let turn = 0; !done && turn < 10_000; turn++) await clock.advance(10);
    return ended;
  };
  const apply = (object: KubeObject) => advancing(client.apply(object, { fieldManager: 'kubectl', force: true }));
  for (const [path, text] of generate())
    if (path.startsWith('config/crd/')) for (const document of parseAllDocuments(text)) await apply(document.toJS() as KubeObject);
  for (const file of ['01-namespace', '02-service-account', '03-manager-role', '04-extra-role', '05-leader-election-role'])
    for (const object of manifests(`config/rbac/${file}.yaml`)) await apply(object);
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await clock.advance(6_000);
  for (const object of options.objects ?? []) await apply(object);

  const table = memoryTable(options.rows ?? []);
  const log: string[] = [];
  const sources: SourceConfig[] = [];
  const metrics = createMetrics();
  let alive = { writes: Number.POSITIVE_INFINITY };
  const begin = () => {
    const own = { writes: Number.POSITIVE_INFINITY };
    alive = own;
    const started = startTenantOperator({
      transport: counted(
        cluster.transport({
          user: operatorUser,
          groups: ['system:serviceaccounts', 'system:serviceaccounts:tenant-operator-system', 'system:authenticated'],
        }),
        clock,
        requests,
        (request) => {
          if (own.writes <= 0) return 'request';
          if (request.method === 'GET' || request.path.includes('/leases')) return options.fault?.(request);
          own.writes -= 1;
          return own.writes <= 0 ? 'reply' : options.fault?.(request);
        },
      ),
      clock,
      random: seededRandom(2),
      metrics,
      logger: createLogger({ clock, write: (line) => log.push(line.trimEnd()) }),
      flags: { metricsBindAddress: '0', healthProbeBindAddress: '0', leaderElect: true, ...options.flags },
      createSource: (config) => {
        sources.push(config);
        return table.source;
      },
      identity: `test-${requests.length}`,
    });
    // One that is cut off loses its lease; nobody waits for it.
    started.done.catch(() => undefined);
    return started;
  };
  const it: World = {
    clock,
    cluster,
    client,
    table,
    sources,
    metrics,
    log,
    requests,
    operator: begin(),
    advance: (ms) => clock.advance(ms),
    until: async (what, condition, limitMs = 120_000) => {
      for (let waited = 0; waited < limitMs; waited += 250) {
        if (await advancing(condition())) return;
        await clock.advance(250);
      }
      throw new Error(`not within ${limitMs} ms of virtual time: ${what}\n${log.slice(-10).join('\n')}`);
    },
    get: async (kind, name, inNamespace = namespace) =>
      advancing(
        client.get({ ...kind, namespace: inNamespace, name }).catch((error: { status?: { code?: number } }) => {
          if (error.status?.code === 404) return undefined;
          throw error;
        }),
      ),
    tenant: (name) => it.get(tenantKind, name),
    tenants: async () => (await advancing(client.list(tenantKind, { namespace }))).items.map(({ metadata }) => metadata.name ?? '').sort(),
    events: async (name) =>
      (await advancing(client.list({ apiVersion: 'v1', kind: 'Event' }, { namespace }))).items
        .filter((event) => (event['involvedObject'] as { name?: string } | undefined)?.name === name)
        .map((event) => `${String(event['reason'])}: ${String(event['message'])}`),
    restart: async () => {
      await advancing(it.operator.stop());
      it.operator = begin();
    },
    cutOffAfter: (writes) => {
      alive.writes = writes;
    },
    replace: async () => {
      alive.writes = 0;
      it.operator.stop().catch(() => undefined);
      it.operator = begin();
    },
    close: async () => {
      await advancing(it.operator.stop());
      await cluster.close();
    },
  };
  if (options.registry !== false) await apply(registryManifest(options.registry));
  if (options.template !== false) await apply(templateManifest(options.template));
  return it;
}

const conditionOf = (object: KubeObject | undefined, type: string) =>
  (
    (object?.['status'] as { conditions?: { type: string; status: string; reason: string; message: string }[] } | undefined)?.conditions ??
    []
  ).find((condition) => condition.type === type);

/** `True AllResourcesReady 2/2 ready`. */
export function condition(object: KubeObject | undefined, type: string): string {
  const found = conditionOf(object, type);
  return found ? `${found.status} ${found.reason} ${found.message}`.trim() : 'absent';
}

export const isReady = (object: KubeObject | undefined): boolean => conditionOf(object, 'Ready')?.status === 'True';

/** Time passes until so many tenants are Ready. */
export async function untilReady(it: World, count: number): Promise<void> {
  await it.until(`${count} tenants ready`, async () => {
    const { items } = await it.client.list(tenantKind, { namespace });
    return items.length === count && items.every(isReady);
  });
}
