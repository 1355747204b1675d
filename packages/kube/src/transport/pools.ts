import type { SecureContextOptions } from 'node:tls';
import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { ClientCertificate, ClusterConfig } from '../config/cluster-config.ts';
import type { TransportRequest } from '../types/transport.ts';

export type Lane = NonNullable<TransportRequest['lane']>;

/** What a TLS connection is made with. Another identity needs other connections. */
export interface ConnectionIdentity {
  certificateAuthority: string | undefined;
  clientCertificate: ClientCertificate | undefined;
}

export function sameIdentity(a: ConnectionIdentity, b: ConnectionIdentity): boolean {
  return (
    a.certificateAuthority === b.certificateAuthority &&
    a.clientCertificate?.cert === b.clientCertificate?.cert &&
    a.clientCertificate?.key === b.clientCertificate?.key
  );
}

export type Pools = Readonly<Record<Lane, Dispatcher>>;

/** Longest time for TCP and TLS handshakes, milliseconds. */
const connectTimeoutMs = 10_000;
/** Idle connections are kept this long: less than the 90 s after which a kube-apiserver closes them. */
const keepAliveMs = 60_000;

/**
 * HTTP/1.1 keep-alive: a bounded pool for requests, as many connections as there are watches, and one for leases, so that neither a
 * flood of requests nor a stuck one delays a renewal. HTTP/2 is off: a single connection would put all lanes into one queue.
 */
export function createPools(config: ClusterConfig, identity: ConnectionIdentity, requestConnections: number): Pools {
  return {
    request: createPool(config, identity, requestConnections),
    watch: createPool(config, identity, null),
    lease: createPool(config, identity, 1),
  };
}

function createPool(config: ClusterConfig, identity: ConnectionIdentity, connections: number | null): Dispatcher {
  const { origin } = new URL(config.server);
  const tls: SecureContextOptions & { rejectUnauthorized: boolean; servername?: string } = {
    rejectUnauthorized: !config.insecureSkipTlsVerify,
    ...(identity.certificateAuthority === undefined ? {} : { ca: identity.certificateAuthority }),
    ...(identity.clientCertificate === undefined ? {} : { cert: identity.clientCertificate.cert, key: identity.clientCertificate.key }),
    ...(config.tlsServerName === undefined ? {} : { servername: config.tlsServerName }),
  };
  // Deadlines come with each request, on the caller's clock; undici's own are off.
  const options = { connections, pipelining: 1, allowH2: false, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: keepAliveMs };
  if (config.proxyUrl !== undefined) return new ProxyAgent({ ...options, uri: config.proxyUrl, requestTls: tls, proxyTunnel: true });
  return new Pool(origin, { ...options, connect: { ...tls, timeout: connectTimeoutMs, keepAlive: true, keepAliveInitialDelay: 30_000 } });
}
