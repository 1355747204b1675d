import type { Credential, Credentials } from '../config/cluster-config.ts';
import type { Clock } from '../types/clock.ts';

/** A token that was revoked must not run an exec plugin with every request, milliseconds. */
const refreshEveryMs = 5_000;

/** Asks for other credentials after a 401: one asking serves all who wait, and what did not help is not asked again at once. */
export class CredentialRenewal {
  readonly #credentials: Credentials;
  readonly #clock: Clock;
  #refreshing: Promise<boolean> | undefined;
  #refreshedAt = Number.NEGATIVE_INFINITY;

  constructor(credentials: Credentials, clock: Clock) {
    this.#credentials = credentials;
    this.#clock = clock;
  }

  /** Credentials to try after `rejected` was answered with 401, or undefined when there are none. */
  async after(rejected: Credential): Promise<Credential | undefined> {
    const current = await this.#credentials.current();
    if (!sameCredential(current, rejected)) return current;
    if (this.#refreshing === undefined && this.#clock.monotonic() - this.#refreshedAt < refreshEveryMs) return undefined;
    this.#refreshing ??= this.#refresh(rejected);
    return (await this.#refreshing) ? this.#credentials.current() : undefined;
  }

  async #refresh(rejected: Credential): Promise<boolean> {
    this.#refreshedAt = this.#clock.monotonic();
    try {
      return await this.#credentials.refresh(rejected);
    } catch {
      // The 401 itself is the better answer; what hinders the renewal shows with the next request.
      return false;
    } finally {
      this.#refreshing = undefined;
    }
  }
}

function sameCredential(a: Credential, b: Credential): boolean {
  return a.authorization === b.authorization && a.clientCertificate?.cert === b.clientCertificate?.cert;
}
