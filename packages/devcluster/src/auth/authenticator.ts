import { timingSafeEqual } from 'node:crypto';
import type { UserInfo } from '../server/contract.ts';
import { StatusError } from '../server/status-error.ts';
import { ISSUER, type ServiceAccountTokens } from './service-account-tokens.ts';
import { ANONYMOUS, authenticated } from './user.ts';

/** Bearer tokens: those that the cluster was given, then those of service accounts. No token at all is the anonymous user. */
export class Authenticator {
  readonly #static: { token: Buffer; user: UserInfo }[] = [];
  readonly #accounts: ServiceAccountTokens;

  constructor(accounts: ServiceAccountTokens) {
    this.#accounts = accounts;
  }

  addToken(token: string, user: UserInfo): void {
    this.#static.push({ token: Buffer.from(token), user: authenticated(user) });
  }

  /** The user of an Authorization header. Throws StatusError 401. */
  fromHeader(header: string | undefined): UserInfo {
    if (header === undefined || header === '') return ANONYMOUS;
    const match = /^Bearer\s+(\S+)$/i.exec(header.trim());
    if (match?.[1] === undefined) return ANONYMOUS;
    const read = this.fromToken(match[1]);
    if (read === undefined || !read.audiences.includes(ISSUER)) throw new StatusError(401, 'Unauthorized', 'Unauthorized');
    return read.user;
  }

  /** The user of a token and the audiences it is for; undefined when nobody made it. */
  fromToken(token: string): { user: UserInfo; audiences: readonly string[] } | undefined {
    const given = Buffer.from(token);
    const known = this.#static.find((entry) => entry.token.length === given.length && timingSafeEqual(entry.token, given));
    if (known !== undefined) return { user: known.user, audiences: [ISSUER] };
    return this.#accounts.read(token);
  }
}
