import type { Authenticator } from '../auth/authenticator.ts';
import type { AccessAttributes } from '../auth/authorizer.ts';
import type { Impersonator } from '../auth/impersonation.ts';
import type { ServiceAccountTokens } from '../auth/service-account-tokens.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { OpenApi } from '../openapi/openapi.ts';
import type { ApiRequest } from './api-request.ts';
import type { UserInfo } from './contract.ts';
import type { ApiCore } from './core.ts';
import type { ExtensionRegistry } from './extensions.ts';
import type { RequestMetrics } from './request-metrics.ts';

/** The parts of the server beside the storage pipeline. */
export interface ServerParts {
  readonly core: ApiCore;
  readonly authenticator: Authenticator;
  readonly impersonator: Impersonator;
  readonly tokens: ServiceAccountTokens;
  readonly discovery: Discovery;
  readonly openapi: OpenApi;
  readonly extensions: ExtensionRegistry;
  readonly requests: RequestMetrics;
  /** Hears every request that was understood, when it is answered: who, what, and the status. */
  readonly audit?: (entry: AuditEntry) => void;
}

export interface AuditEntry {
  readonly user: UserInfo;
  readonly attributes: AccessAttributes;
  readonly request: ApiRequest;
  readonly status: number;
}
