import type { Clock, Logger, Random, Transport } from '@caretaker/kube';
import { AdmissionChain } from './admission/chain.ts';
import { admissionPlugins } from './admission/plugins.ts';
import { managedFields } from './apply/managed-fields.ts';
import { Authenticator } from './auth/authenticator.ts';
import { Impersonator } from './auth/impersonation.ts';
import { createTokenSigner, type TokenSigner } from './auth/jwt.ts';
import { RbacAuthorizer } from './auth/rbac.ts';
import { ServiceAccountTokens } from './auth/service-account-tokens.ts';
import { authenticated, MASTERS } from './auth/user.ts';
import { bootstrap } from './bootstrap/bootstrap.ts';
import { LocalClusterApi } from './controllers/cluster-api.ts';
import type { ClusterApi, ClusterController } from './controllers/contract.ts';
import { EventDelivery } from './controllers/event-delivery.ts';
import { definitionOperations } from './crd/definition-operations.ts';
import { Discovery } from './discovery/discovery.ts';
import { OpenApi } from './openapi/openapi.ts';
import { patchOperations } from './patch/patch-operations.ts';
import type { ClusterFile } from './persistence/cluster-file.ts';
import { registerPodStreams } from './process/endpoints/register.ts';
import { builtinTypes } from './schema/builtin-types.ts';
import { typeOperations } from './schema/type-operations.ts';
import { tokenRequestHandler } from './server/actions/token-request.ts';
import { serviceAllocator } from './server/allocation/service-allocator.ts';
import type { Answer } from './server/answers/answer.ts';
import type { ApiRequest } from './server/api-request.ts';
import type { ClusterFaults } from './server/cluster-faults.ts';
import type { ServerExtensions, UserInfo } from './server/contract.ts';
import type { ApiCore } from './server/core.ts';
import { ExtensionRegistry } from './server/extensions.ts';
import { handleRequest } from './server/handler.ts';
import type { AuditEntry, ServerParts } from './server/parts.ts';
import { RequestMetrics } from './server/request-metrics.ts';
import { ResourceCatalog } from './server/resource-catalog.ts';
import { DefinitionDriver } from './server/writes/definition-driver.ts';
import { Store } from './storage/store.ts';
import { silentLogger, systemClock, systemRandom } from './system.ts';
import { makeServingCertificates, SERVING_HOSTS, type ServingCertificates } from './tls/certificates.ts';
import { type HttpsListener, listenHttps } from './transport/https-listener.ts';
import { inProcessTransport } from './transport/in-process.ts';
import { podEviction } from './workloads/disruption/eviction.ts';
import { podBinding } from './workloads/scheduler/binding.ts';

export interface DevClusterOptions {
  /** The real clock when left out. */
  clock?: Clock;
  /** Real randomness when left out. */
  random?: Random;
  logger?: Logger;
  /** Bearer tokens and whose they are. */
  tokens?: readonly { token: string; user: UserInfo }[];
  /** Keeps service account tokens valid over a restart. */
  tokenSigner?: TokenSigner;
  /** Keeps kubeconfigs valid over a restart; made when left out. */
  certificates?: ServingCertificates;
  /** Milliseconds of history for watches and exact lists; 5 minutes when left out. */
  keepHistoryMs?: number;
  /** Objects of each resource kept parsed: those read by name or written again last; the others are kept as text. 1,000 when left out. */
  youngObjects?: number;
  /** Hooks for simulation; the object may be changed while the cluster runs. */
  faults?: ClusterFaults;
  /** Keeps the cluster over restarts. Closed with the cluster. */
  file?: ClusterFile;
  /** Hears every authorized request. */
  audit?: (entry: AuditEntry) => void;
}

/** The admin of a development cluster. */
export const ADMIN: UserInfo = authenticated({ username: 'admin', uid: 'u-admin', groups: [MASTERS] });

const SYSTEM: UserInfo = authenticated({ username: 'system:apiserver', groups: [MASTERS] });

/** A Kubernetes API server in one process. Nothing runs but what is asked for: `start` begins controllers, `listen` opens a port. */
export class DevCluster {
  readonly core: ApiCore;
  readonly #parts: ServerParts;
  readonly #delivery: EventDelivery;
  readonly #extensions = new ExtensionRegistry();
  readonly #controllers: ClusterController[] = [];
  readonly #listeners: HttpsListener[] = [];
  #url: string | undefined;
  readonly #stops: (() => void)[] = [];
  readonly #certificates: () => ServingCertificates;
  readonly #file: ClusterFile | undefined;

  constructor(options: DevClusterOptions = {}) {
    const clock = options.clock ?? systemClock;
    const random = options.random ?? systemRandom;
    const store = new Store({
      clock,
      ...(options.keepHistoryMs === undefined ? {} : { keepMs: options.keepHistoryMs }),
      ...(options.youngObjects === undefined ? {} : { youngCells: options.youngObjects }),
    });
    const catalog = new ResourceCatalog(builtinTypes());
    const authorizer = new RbacAuthorizer(store);
    const plugins = admissionPlugins({ store, random, clock, catalog, types: typeOperations, authorizer });
    this.core = {
      clock,
      random,
      logger: options.logger ?? silentLogger,
      store,
      catalog,
      types: typeOperations,
      patches: patchOperations,
      managedFields,
      definitions: definitionOperations,
      admission: new AdmissionChain(plugins),
      authorizer,
      allocators: [serviceAllocator(store.table('/services'), random)],
      faults: options.faults ?? {},
    };
    const tokens = new ServiceAccountTokens(store, clock, random, options.tokenSigner ?? createTokenSigner());
    const authenticator = new Authenticator(tokens);
    for (const { token, user } of options.tokens ?? []) authenticator.addToken(token, user);
    this.#parts = {
      core: this.core,
      authenticator,
      impersonator: new Impersonator(authorizer),
      tokens,
      discovery: new Discovery(catalog, this.#extensions),
      openapi: new OpenApi(catalog, store),
      extensions: this.#extensions,
      requests: new RequestMetrics(),
      ...(options.audit === undefined ? {} : { audit: options.audit }),
    };
    registerPodStreams(this.#extensions, this.core.clock, undefined, (pod, kind, name) =>
      this.core.store.table(kind === 'ConfigMap' ? '/configmaps' : '/secrets').get(pod.metadata.namespace ?? '', name),
    );
    this.#extensions.registerSubresource('', 'serviceaccounts', 'token', tokenRequestHandler(this.core, tokens));
    this.#extensions.registerSubresource(
      '',
      'pods',
      'eviction',
      podEviction((user) => this.api(user, 'eviction')),
    );
    this.#extensions.registerSubresource('', 'pods', 'binding', podBinding(this.core));
    this.#delivery = new EventDelivery(this.core);
    let { certificates } = options;
    this.#certificates = () => {
      certificates ??= makeServingCertificates(clock.now(), (count) => random.bytes(count), SERVING_HOSTS);
      return certificates;
    };
    options.file?.restore(store);
    bootstrap(this.core);
    options.file?.follow(store, clock);
    this.#file = options.file;
    store.compact();
    this.#stops.push(new DefinitionDriver(this.core).start());
  }

  /** What plugs into the server: streaming subresources, actions, computed resources. */
  get extensions(): ServerExtensions {
    return this.#extensions;
  }

  get tokens(): ServiceAccountTokens {
    return this.#parts.tokens;
  }

  /** PEM of the authority that signed the serving certificate. */
  get caPem(): string {
    return this.#certificates().caPem;
  }

  get openapi(): OpenApi {
    return this.#parts.openapi;
  }

  /** The authority and the serving certificate, with their keys. */
  get certificates(): ServingCertificates {
    return this.#certificates();
  }

  /** Answers a request, whatever carried it. */
  readonly handle = (request: ApiRequest): Promise<Answer> => handleRequest(this.#parts, request);

  /** A transport without sockets, as a user (authorized like any other) or with a token. */
  transport(
    who: { user: string; groups?: readonly string[]; uid?: string } | { token: string } = {
      user: ADMIN.username,
      uid: 'u-admin',
      groups: ADMIN.groups,
    },
  ): Transport {
    if ('token' in who) return inProcessTransport(this.handle, who, this.core.faults);
    const user = authenticated({ username: who.user, groups: who.groups ?? [], ...(who.uid === undefined ? {} : { uid: who.uid }) });
    return inProcessTransport(this.handle, { user }, this.core.faults);
  }

  /** The cluster as its own controllers see it. */
  api(user: UserInfo = SYSTEM, fieldManager = 'devcluster'): ClusterApi {
    return new LocalClusterApi(this.core, this.#delivery, user, fieldManager);
  }

  /** Starts controllers, each as a user of its own name. */
  start(controllers: readonly ClusterController[]): void {
    for (const controller of controllers) {
      this.#controllers.push(controller);
      const user = authenticated({ username: `system:serviceaccount:kube-system:${controller.name}`, groups: [MASTERS] });
      controller.start(this.api(user, 'kube-controller-manager'));
    }
  }

  /** Where the cluster listens first; undefined while it does not. */
  get url(): string | undefined {
    return this.#url;
  }

  /** HTTPS on the loopback. Port 0 takes a free one. */
  async listen(options: { port?: number; host?: string } = {}): Promise<{ url: string; port: number; caPem: string }> {
    const host = options.host ?? '127.0.0.1';
    const listener = await listenHttps(this.handle, this.#certificates(), { port: options.port ?? 0, host });
    this.#listeners.push(listener);
    this.#url ??= `https://${host}:${listener.port}`;
    return { url: `https://${host}:${listener.port}`, port: listener.port, caPem: this.caPem };
  }

  /** Stops controllers, closes ports and connections. */
  async close(): Promise<void> {
    for (const controller of this.#controllers.splice(0).reverse()) await controller.stop();
    for (const stop of this.#stops.splice(0)) stop();
    this.#file?.close();
    await Promise.all(this.#listeners.splice(0).map((listener) => listener.close()));
  }
}
