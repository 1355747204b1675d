import type { Clock, KubeObject, Random } from '@caretaker/kube';
import type { UserInfo } from '../server/contract.ts';
import { newUid } from '../server/writes/object-meta.ts';
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
  /** Where the pod that the token is bound to runs. */
  readonly node?: BoundObject;
}

/** Who a token speaks for, and to whom. */
export interface ReadToken {
  readonly user: UserInfo;
  readonly audiences: readonly string[];
}

/** Why a token of ours is no longer taken. */
export interface TokenRefusal {
  readonly problem: string;
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
    const bound = Object.fromEntries(
      [options.bound, options.node].flatMap((each) =>
        each === undefined ? [] : [[each.kind.toLowerCase(), { name: each.name, ...(each.uid === '' ? {} : { uid: each.uid }) }]],
      ),
    );
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

  /** The user of a token with its audiences, or why a token of ours is refused; undefined when it is not ours. */
  read(token: string): ReadToken | TokenRefusal | undefined {
    if (!token.startsWith('eyJ')) return undefined;
    const claims = this.#signer.verify(token);
    if (claims === undefined) return undefined;
    return claims['iss'] === LEGACY_ISSUER ? this.#readLegacy(claims, token) : this.#readBound(claims);
  }

  #readLegacy(claims: Record<string, unknown>, token: string): ReadToken | TokenRefusal {
    const text = (key: string): string => String(claims[`${LEGACY}${key}`] ?? '');
    const namespace = text('namespace');
    const secret = this.#store.table('/secrets').get(namespace, text('secret.name'));
    if (secret === undefined || secret.metadata.deletionTimestamp !== undefined) return { problem: 'Token has been invalidated' };
    if (record(secret['data'])['token'] !== Buffer.from(token).toString('base64')) return { problem: "Token does not match server's copy" };
    const name = text('service-account.name');
    const uid = text('service-account.uid');
    return (
      this.#checkAccount(namespace, name, uid, 'ServiceAccount') ?? { user: serviceAccountUser(namespace, name, uid), audiences: [ISSUER] }
    );
  }

  #readBound(claims: Record<string, unknown>): ReadToken | TokenRefusal {
    if (typeof claims['exp'] !== 'number' || claims['exp'] * 1000 <= this.#clock.now())
      return { problem: 'service account token has expired' };
    const own = record(claims['kubernetes.io']);
    const namespace = String(own['namespace'] ?? '');
    const { name, uid } = reference(own['serviceaccount']);
    const problem = this.#checkAccount(namespace, name, uid, 'service account') ?? this.#checkBound(own, namespace);
    if (problem !== undefined) return problem;
    const extra: Record<string, string[]> = { 'authentication.kubernetes.io/credential-id': [`JTI=${String(claims['jti'])}`] };
    for (const kind of ['pod', 'node']) {
      if (own[kind] === undefined) continue;
      const bound = reference(own[kind]);
      extra[`authentication.kubernetes.io/${kind}-name`] = [bound.name];
      if (bound.uid !== '') extra[`authentication.kubernetes.io/${kind}-uid`] = [bound.uid];
    }
    const audiences = Array.isArray(claims['aud']) ? claims['aud'].map(String) : [];
    return { user: { ...serviceAccountUser(namespace, name, uid), extra }, audiences };
  }

  #checkAccount(namespace: string, name: string, uid: string, called: string): TokenRefusal | undefined {
    const account = this.#store.table('/serviceaccounts').get(namespace, name);
    if (account === undefined) return { problem: `serviceaccounts ${JSON.stringify(name)} not found` };
    if (account.metadata.uid !== uid) return { problem: `${called} UID (${account.metadata.uid ?? ''}) does not match claim (${uid})` };
    return undefined;
  }

  /** What a token is bound to must be there; the node of a token that is bound to a pod is only told. */
  #checkBound(own: Record<string, unknown>, namespace: string): TokenRefusal | undefined {
    for (const [kind, table] of Object.entries(BOUND)) {
      if (own[kind] === undefined || (kind === 'node' && own['pod'] !== undefined)) continue;
      const { name, uid } = reference(own[kind]);
      const bound = this.#store.table(table).get(kind === 'node' ? '' : namespace, name);
      if (bound === undefined || this.#longDeleted(bound)) return { problem: 'service account token has been invalidated' };
      if (bound.metadata.uid !== uid)
        return { problem: `${kind} UID (${bound.metadata.uid ?? ''}) does not match service account ${kind} ref claim (${uid})` };
    }
    return undefined;
  }

  #longDeleted(object: KubeObject): boolean {
    const { deletionTimestamp } = object.metadata;
    return deletionTimestamp !== undefined && Date.parse(deletionTimestamp) < this.#clock.now() - LEEWAY_MS;
  }
}

/** An object that is being deleted keeps its tokens for this long. */
const LEEWAY_MS = 60_000;

/** What a token may be bound to, as its claims call it. */
const BOUND: Readonly<Record<string, string>> = { secret: '/secrets', pod: '/pods', node: '/nodes' };

function reference(value: unknown): { name: string; uid: string } {
  const { name, uid } = record(value);
  return { name: String(name ?? ''), uid: String(uid ?? '') };
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}
