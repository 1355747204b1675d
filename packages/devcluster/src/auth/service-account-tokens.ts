import type { Clock, KubeObject, Random } from '@caretaker/kube';
import type { UserInfo } from '../server/contract.ts';
import { newUid } from '../server/object-meta.ts';
import type { Store } from '../storage/store.ts';
import type { TokenSigner } from './jwt.ts';
import { serviceAccountUser } from './user.ts';

export const ISSUER = 'https://kubernetes.default.svc';
const LEGACY_ISSUER = 'kubernetes/serviceaccount';
const LEGACY = 'kubernetes.io/serviceaccount/';

/** An object that a token lives and dies with. */
export interface BoundObject {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export interface TokenOptions {
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
  readonly bound?: BoundObject;
}

/** Makes and reads the tokens of ServiceAccounts: bound ones (TokenRequest) and those of Secrets of the token type. */
export class ServiceAccountTokens {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #signer: TokenSigner;

  constructor(store: Store, clock: Clock, random: Random, signer: TokenSigner) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
    this.#signer = signer;
  }

  get signer(): TokenSigner {
    return this.#signer;
  }

  issue(account: KubeObject, options: TokenOptions): { token: string; expires: number } {
    const now = Math.floor(this.#clock.now() / 1000);
    const expires = now + options.expirationSeconds;
    const { namespace = '', name = '', uid = '' } = account.metadata;
    const bound =
      options.bound === undefined ? {} : { [options.bound.kind.toLowerCase()]: { name: options.bound.name, uid: options.bound.uid } };
    const token = this.#signer.sign({
      aud: options.audiences,
      exp: expires,
      iat: now,
      iss: ISSUER,
      jti: newUid(this.#random),
      'kubernetes.io': { namespace, serviceaccount: { name, uid }, ...bound },
      nbf: now,
      sub: `system:serviceaccount:${namespace}:${name}`,
    });
    return { token, expires: expires * 1000 };
  }

  /** The token of a Secret of type kubernetes.io/service-account-token: it never expires, but needs its Secret. */
  issueLegacy(account: KubeObject, secretName: string): string {
    const { namespace = '', name = '', uid = '' } = account.metadata;
    return this.#signer.sign({
      iss: LEGACY_ISSUER,
      [`${LEGACY}namespace`]: namespace,
      [`${LEGACY}secret.name`]: secretName,
      [`${LEGACY}service-account.name`]: name,
      [`${LEGACY}service-account.uid`]: uid,
      sub: `system:serviceaccount:${namespace}:${name}`,
    });
  }

  /** The user of a token, with its audiences; undefined when it is not ours, has expired, or its account (or bound object) is gone. */
  read(token: string): { user: UserInfo; audiences: readonly string[] } | undefined {
    if (!token.startsWith('eyJ')) return undefined;
    const claims = this.#signer.verify(token);
    if (claims === undefined) return undefined;
    return claims['iss'] === LEGACY_ISSUER ? this.#readLegacy(claims) : this.#readBound(claims);
  }

  #readLegacy(claims: Record<string, unknown>): { user: UserInfo; audiences: readonly string[] } | undefined {
    const text = (key: string): string => String(claims[`${LEGACY}${key}`] ?? '');
    const namespace = text('namespace');
    if (this.#store.table('/secrets').get(namespace, text('secret.name')) === undefined) return undefined;
    return this.#account(namespace, text('service-account.name'), text('service-account.uid'), [ISSUER], {});
  }

  #readBound(claims: Record<string, unknown>): { user: UserInfo; audiences: readonly string[] } | undefined {
    if (typeof claims['exp'] !== 'number' || claims['exp'] * 1000 <= this.#clock.now()) return undefined;
    const own = record(claims['kubernetes.io']);
    const account = record(own['serviceaccount']);
    const namespace = String(own['namespace'] ?? '');
    const extra: Record<string, string[]> = { 'authentication.kubernetes.io/credential-id': [`JTI=${String(claims['jti'])}`] };
    for (const [kind, table] of [
      ['pod', '/pods'],
      ['secret', '/secrets'],
    ] as const) {
      const bound = record(own[kind]);
      if (bound['name'] === undefined) continue;
      if (this.#store.table(table).get(namespace, String(bound['name']))?.metadata.uid !== bound['uid']) return undefined;
      if (kind === 'pod') {
        extra['authentication.kubernetes.io/pod-name'] = [String(bound['name'])];
        extra['authentication.kubernetes.io/pod-uid'] = [String(bound['uid'])];
      }
    }
    const audiences = Array.isArray(claims['aud']) ? claims['aud'].map(String) : [];
    return this.#account(namespace, String(account['name']), String(account['uid']), audiences, extra);
  }

  #account(namespace: string, name: string, uid: string, audiences: readonly string[], extra: Record<string, string[]>) {
    const live = this.#store.table('/serviceaccounts').get(namespace, name);
    if (live === undefined || live.metadata.uid !== uid) return undefined;
    const user = serviceAccountUser(namespace, name, uid);
    return { user: Object.keys(extra).length === 0 ? user : { ...user, extra }, audiences };
  }
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}
