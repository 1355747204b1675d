import { timingSafeEqual } from 'node:crypto';
import { StatusError } from '../server/answers/status-error.ts';
import type { ApiRequest } from '../server/api-request.ts';
import type { UserInfo } from '../server/contract.ts';
import { ISSUER, type ReadToken, type ServiceAccountTokens, type TokenRefusal } from './service-account-tokens.ts';
import { ANONYMOUS, authenticated } from './user.ts';

/** What a token comes to. Tokens that the cluster was given are marked: they name no audience of their own. */
export type Credential = (ReadToken & { readonly given?: true }) | TokenRefusal;

/** Client certificates, then bearer tokens: those that the cluster was given, then those of service accounts. Neither is the anonymous user. */
export class Authenticator {
  readonly #static: { token: Buffer; user: UserInfo }[] = [];
  readonly #accounts: ServiceAccountTokens;

  constructor(accounts: ServiceAccountTokens) {
    this.#accounts = accounts;
  }

  addToken(token: string, user: UserInfo): void {
    this.#static.push({ token: Buffer.from(token), user: authenticated(user) });
  }

  /** The user of a request. A certificate that is refused counts for nothing beside a good token. Throws StatusError 401. */
  of({ peer, headers }: Pick<ApiRequest, 'peer' | 'headers'>, warn: (text: string) => void): UserInfo {
    if (peer !== undefined && peer !== 'refused') return authenticated(peer);
    const user = this.#fromHeader(headers['authorization'], warn);
    if (peer === 'refused' && user === ANONYMOUS) throw new StatusError(401, 'Unauthorized', 'Unauthorized');
    return user;
  }

  /** The user of an Authorization header; `warn` hears what is odd about it. Throws StatusError 401. */
  #fromHeader(header: string | undefined, warn: (text: string) => void = () => {}): UserInfo {
    // what follows the token counts for nothing
    const [scheme = '', token] = (header ?? '').trim().split(' ');
    if (scheme.toLowerCase() !== 'bearer' || token === undefined) return ANONYMOUS;
    if (token === '') {
      warn(EXTRA_SPACE);
      return ANONYMOUS;
    }
    const read = this.fromToken(token);
    if (read === undefined || 'problem' in read || !read.audiences.includes(ISSUER))
      throw new StatusError(401, 'Unauthorized', 'Unauthorized');
    return read.user;
  }

  /** The user of a token, or why it is refused; undefined when nobody made it. */
  fromToken(token: string): Credential | undefined {
    const given = Buffer.from(token);
    const known = this.#static.find((entry) => entry.token.length === given.length && timingSafeEqual(entry.token, given));
    if (known !== undefined) return { user: known.user, audiences: [ISSUER], given: true };
    return this.#accounts.read(token);
  }
}

const EXTRA_SPACE = 'the provided Authorization header contains extra space before the bearer token, and is ignored';
