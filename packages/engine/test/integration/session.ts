import {
  type Clock,
  createClient,
  createDiscovery,
  createInformers,
  type KubeClient,
  type ObjectRef,
  silentLogger,
  systemRandom,
  type Transport,
} from '@caretaker/kube';
import { type Bundle, createEngine, type Engine, type Outcome, type ReconcileOptions, type RemovalOutcome } from '../../src/index.ts';
import { CountingTransport } from '../support/counting-transport.ts';
import { tenantMarks } from '../support/world.ts';

/** A cluster to test against; pods of workloads become ready by themselves. */
export interface TestServer {
  /** A new transport, as admin. */
  transport(): Transport;
  clock: Clock;
  /** Lets this much of the clock's time pass. */
  idle(ms: number): Promise<void>;
}

const patienceMs = 30_000;
const stepMs = 10;

/** An engine on a server in real time, with the loop that a controller gives it: a wake or a due time leads to another pass. */
export class Session {
  readonly namespace: string;
  readonly user: KubeClient;
  readonly transport: CountingTransport;
  engine: Engine;
  private readonly server: TestServer;
  private outcome: Outcome | undefined;
  private stopInformers: () => Promise<void> = async () => {};
  private woken = false;

  constructor(server: TestServer, namespace: string) {
    this.server = server;
    this.namespace = namespace;
    const transport = server.transport();
    const { clock } = server;
    this.user = createClient({ transport, clock, discovery: createDiscovery({ transport, clock }), fieldManager: 'kubectl-edit' });
    this.transport = new CountingTransport(server.transport());
    this.engine = this.boot();
  }

  /** A namespace of its own, with the ServiceAccount that pods need. */
  async open(): Promise<this> {
    await this.user.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.namespace } });
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: this.namespace, name: 'default' };
    await this.until(async () => (await this.user.get(account).catch(() => undefined)) !== undefined, 'ServiceAccount default');
    return this;
  }

  async restart(): Promise<void> {
    await this.engine.close();
    await this.stopInformers();
    this.engine = this.boot();
  }

  private boot(): Engine {
    const { transport } = this;
    const { clock } = this.server;
    const shared = { clock, random: systemRandom, logger: silentLogger };
    const discovery = createDiscovery({ transport, clock });
    const client = createClient({ transport, clock, discovery, fieldManager: 'tenant-operator' });
    const informers = createInformers({ ...shared, client, discovery });
    this.stopInformers = () => informers.close();
    const hashKey = new Uint8Array(32).fill(7);
    const engine = createEngine({ ...shared, client, informers, discovery, fieldManager: 'tenant-operator', marks: tenantMarks, hashKey });
    engine.onWake(() => {
      this.woken = true;
    });
    return engine;
  }

  async pass(bundle: Bundle, options: ReconcileOptions = {}): Promise<Outcome> {
    this.woken = false;
    this.outcome = await this.during(this.engine.reconcile(bundle, { inventory: this.outcome?.resources ?? [], ...options }));
    return this.outcome;
  }

  /** Time goes on while something is under way. */
  private async during<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const mark = (): void => {
      over = true;
    };
    work.then(mark, mark);
    while (!over) await this.server.idle(stepMs);
    return work;
  }

  /** Passes until `done`; the next one starts when the engine wakes the owner. All outcomes, the last one satisfying `done`. */
  async run(bundle: Bundle, done: (outcome: Outcome) => boolean, options: ReconcileOptions = {}): Promise<Outcome[]> {
    const deadline = this.server.clock.monotonic() + patienceMs;
    const outcomes: Outcome[] = [];
    for (;;) {
      const outcome = await this.pass(bundle, options);
      outcomes.push(outcome);
      if (done(outcome)) return outcomes;
      if (this.server.clock.monotonic() > deadline) throw new Error(`not reached: ${JSON.stringify(outcome.resources, undefined, 1)}`);
      await this.nextWake(Math.min(outcome.requeueAfterMs ?? patienceMs, patienceMs));
    }
  }

  /** Waits for a wake; resolves at once when one came since the last pass began. */
  async nextWake(maxMs: number): Promise<void> {
    const end = this.server.clock.monotonic() + maxMs;
    while (!this.woken && this.server.clock.monotonic() < end) await this.server.idle(stepMs);
  }

  async remove(bundle: Bundle): Promise<RemovalOutcome[]> {
    const outcomes: RemovalOutcome[] = [];
    const inventory = this.outcome?.resources ?? [];
    for (let call = 0; call < 50; call++) {
      this.woken = false;
      const outcome = await this.during(this.engine.remove(bundle.owner, inventory));
      outcomes.push(outcome);
      if (outcome.done) return outcomes;
      await this.nextWake(2_000);
    }
    throw new Error(`not removed: ${JSON.stringify(outcomes.at(-1)?.remaining)}`);
  }

  /** Requests since the last call, watches left out. */
  requests(): string[] {
    return this.transport.take().filter((line) => !line.startsWith('WATCH'));
  }

  async until(condition: () => Promise<boolean>, what: string): Promise<void> {
    for (const end = this.server.clock.monotonic() + patienceMs; this.server.clock.monotonic() < end; await this.server.idle(stepMs)) {
      if (await condition()) return;
    }
    throw new Error(`never: ${what}`);
  }

  ref(apiVersion: string, kind: string, name: string): ObjectRef {
    return { apiVersion, kind, namespace: this.namespace, name };
  }

  idle(ms: number): Promise<void> {
    return this.server.idle(ms);
  }

  async end(): Promise<void> {
    await this.engine.close();
    await this.stopInformers();
    await this.transport.close();
  }
}
