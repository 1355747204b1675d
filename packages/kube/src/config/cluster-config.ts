/** A client certificate with its key, PEM. */
export interface ClientCertificate {
  cert: string;
  key: string;
}

/** What one request proves who it is with. */
export interface Credential {
  /** Value of the `authorization` header. */
  authorization?: string;
  clientCertificate?: ClientCertificate;
}

/** Where credentials come from. They may change at any time (token files, exec plugins), so every request asks. */
export interface Credentials {
  current(): Credential | Promise<Credential>;
  /** The server answered 401 to `rejected`. Resolves to true when `current` now has something else to try. */
  refresh(rejected: Credential): Promise<boolean>;
}

/** Acting as somebody else: the Impersonate-* headers. */
export interface Impersonation {
  user: string;
  uid?: string;
  groups: readonly string[];
  extra: Readonly<Record<string, readonly string[]>>;
}

/** Everything needed to talk to one API server. */
export interface ClusterConfig {
  /** `https://host:port[/prefix]`, without a slash at the end. */
  server: string;
  /** Namespace of the context; `default` when it names none. */
  namespace: string;
  /** PEM of the authorities to trust; the system's own when undefined. Asked again before a request, so that it may change. */
  certificateAuthority(): string | undefined | Promise<string | undefined>;
  insecureSkipTlsVerify: boolean;
  tlsServerName?: string;
  /** `http://` or `https://` proxy that is asked to CONNECT. */
  proxyUrl?: string;
  impersonate?: Impersonation;
  credentials: Credentials;
}

/** Never changes, never helps after a 401. */
export function fixedCredentials(credential: Credential): Credentials {
  return { current: () => credential, refresh: async () => false };
}
