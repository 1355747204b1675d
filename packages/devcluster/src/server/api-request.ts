import type { PeerIdentity } from '../tls/client-certificate.ts';
import type { UpgradeSocket, UserInfo } from './contract.ts';
import type { ResourcePath } from './request-path.ts';

/** One HTTP request, whatever carried it. */
export interface ApiRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly signal: AbortSignal;
  readonly upgrade?: UpgradeSocket;
  /** Whom the connection's client certificate names. */
  readonly peer?: PeerIdentity;
  /** Who asks, when the transport knows (in process); else the client certificate or the Authorization header tells. */
  readonly user?: UserInfo;
}

/** A request whose path, verb and user are known and allowed. */
export interface AuthorizedRequest extends ApiRequest {
  readonly user: UserInfo;
  readonly target: ResourcePath;
  readonly verb: string;
  readonly warnings: string[];
}
