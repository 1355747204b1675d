import { DevCluster } from '@caretaker/devcluster';
import {
  createClient,
  createDiscovery,
  createInformers,
  type KubeClient,
  type KubeObject,
  type ObjectRef,
  silentLogger,
} from '@caretaker/kube';
import { seededRandom, settle, VirtualClock } from '@caretaker/kube/testing';
import type {
  Bundle,
  DesiredObject,
  Engine,
  EngineOptions,
  Marks,
  Outcome,
  Owner,
  ReconcileOptions,
  ResourceState,
  WakeReason,
} from '../../src/index.ts';
import { createEngine } from '../../src/index.ts';
import { CountingTransport } from './counting-transport.ts';

export const tenantMarks: Marks = {
  labels: (owner) => ({ 'kubernetes-tenants.org/tenant': owner.name, 'kubernetes-tenants.org/tenant-namespace': owner.namespace ?? '' }),
  podLabels: (owner) => ({ 'kubernetes-tenants.org/tenant': owner.name }),
  ownerReferences: true,
  appliedHash: 'kubernetes-tenants.org/applied-hash',
  deletionPolicy: 'kubernetes-tenants.org/deletion-policy',
  createdOnce: 'kubernetes-tenants.org/created-once',
  orphaned: {
    label: 'kubernetes-tenants.org/orphaned',
    at: 'kubernetes-tenants.org/orphaned-at',
    reason: 'kubernetes-tenants.org/orphaned-reason',
  },
  paused: 'tenant.operator.kubernetes-tenants.org/pause',
  keepAnnotation: (name) => name.startsWith('tenant.operator.kubernetes-tenants.org/'),
};

export interface Wake {
  ownerKey: string;
  reason: WakeReason;
}

/** One API server in the process, one engine on it, and a second client that plays everybody else. */
export class TestWorld {
  readonly clock = new VirtualClock();
  readonly cluster: DevCluster;
  readonly transport: CountingTransport;
  /** Somebody else: kubectl, another operator. */
  readonly user: KubeClient;
  engine: Engine;
  wakes: Wake[] = [];
  private readonly options: Partial<EngineOptions>;
  private close: () => Promise<void> = async () => {};

  constructor(options: Partial<EngineOptions> = {}) {
    this.options = options;
    this.cluster = new DevCluster({ clock: this.clock, random: seededRandom(7) });
    this.transport = new CountingTransport(this.cluster.transport());
    this.user = clientOn(this.cluster.transport(), this.clock, 'kubectl-edit');
    this.engine = this.boot();
  }

  /** A new process: nothing is remembered but what the cluster and the caller hold. */
  async restart(): Promise<void> {
    await this.engine.close();
    await this.close();
    this.engine = this.boot();
  }

  private boot(): Engine {
    const { clock, transport } = this;
    const random = seededRandom(11);
    const discovery = createDiscovery({ transport, clock });
    const client = createClient({ transport, clock, discovery, fieldManager: 'tenant-operator' });
    const informers = createInformers({ client, clock, random, logger: silentLogger, discovery });
    this.close = () => informers.close();
    const engine = createEngine({
      client,
      informers,
      discovery,
      clock,
      random,
      logger: silentLogger,
      fieldManager: 'tenant-operator',
      marks: tenantMarks,
      hashKey: new Uint8Array(32).fill(1),
      ...this.options,
    });
    engine.onWake((ownerKey, _priority, reason) => this.wakes.push({ ownerKey, reason }));
    return engine;
  }

  /** Reconciles, remembering the inventory as a Tenant's status would. */
  async pass(bundle: Bundle, options: ReconcileOptions = {}): Promise<Outcome> {
    const outcome = await this.engine.reconcile(bundle, { inventory: this.inventories.get(bundle.owner.key) ?? [], ...options });
    this.inventories.set(bundle.owner.key, outcome.resources);
    await settle();
    return outcome;
  }

  readonly inventories = new Map<string, readonly ResourceState[]>();

  /** Lets all that is on its way arrive. */
  async quiet(): Promise<void> {
    await settle(5);
  }

  /** Requests since the last call, watches left out. */
  requests(): string[] {
    return this.transport.take().filter((line) => !line.startsWith('WATCH'));
  }

  takeWakes(): WakeReason[] {
    return this.wakes.splice(0).map((wake) => wake.reason);
  }

  async end(): Promise<void> {
    await this.engine.close();
    await this.close();
    await this.cluster.close();
  }
}

export function clientOn(
  transport: Parameters<typeof createClient>[0]['transport'],
  clock: VirtualClock,
  fieldManager: string,
): KubeClient {
  return createClient({ transport, clock, discovery: createDiscovery({ transport, clock }), fieldManager });
}

export function ownerNamed(name: string, namespace = 'default', uid = `uid-${name}`): Owner {
  return { key: `${namespace}/${name}`, apiVersion: 'operator.kubernetes-tenants.org/v1', kind: 'Tenant', namespace, name, uid };
}

export function configMap(name: string, data: Record<string, string>, namespace = 'default'): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
}

export function deployment(name: string, spec: Record<string, unknown> = {}, image = 'nginx:1.27'): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image }] } },
      ...spec,
    },
  };
}

export function bundleOf(owner: Owner, ...desired: DesiredObject[]): Bundle {
  return { owner, desired };
}

export function refOf(object: KubeObject): ObjectRef {
  const { name = '', namespace } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

export function phases(outcome: Outcome): Record<string, string> {
  return Object.fromEntries(outcome.resources.map((state) => [state.id, state.reason ? `${state.phase}/${state.reason}` : state.phase]));
}
