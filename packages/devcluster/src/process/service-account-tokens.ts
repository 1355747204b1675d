import type { Clock, KubeObject, Logger, Timer } from '@caretaker/kube';
import { messageOf } from '../workloads/machinery/action.ts';
import { nameOf, uidOf } from '../workloads/machinery/objects.ts';

/** What the real kubelet asks for: about an hour, and a new token after four fifths of it. */
export const LIFETIME_SECONDS = 3607;
const RENEW_MS = LIFETIME_SECONDS * 800;

/** Makes a token of the pod's ServiceAccount. Throws when there is no such account. */
export type IssueToken = (pod: KubeObject, lifetimeSeconds: number, audience?: string) => string;

/** Tokens of process pods, renewed while the pods live. */
export class PodTokens {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #issue: IssueToken;
  readonly #timers = new Map<string, Timer>();

  constructor(clock: Clock, logger: Logger, issue: IssueToken) {
    this.#clock = clock;
    this.#logger = logger;
    this.#issue = issue;
  }

  /** A token for this pod; `renewed` gets the later ones. */
  of(pod: KubeObject, renewed: (token: string) => void): string {
    const token = this.#issue(pod, LIFETIME_SECONDS);
    this.#renewLater(pod, renewed);
    return token;
  }

  release(pod: KubeObject): void {
    this.#timers.get(uidOf(pod))?.cancel();
    this.#timers.delete(uidOf(pod));
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #renewLater(pod: KubeObject, renewed: (token: string) => void): void {
    this.release(pod);
    const timer = this.#clock.after(RENEW_MS, () => {
      try {
        renewed(this.#issue(pod, LIFETIME_SECONDS));
      } catch (error) {
        this.#logger.warn('service account token not renewed', { pod: nameOf(pod), error: messageOf(error) });
      }
      this.#renewLater(pod, renewed);
    });
    this.#timers.set(uidOf(pod), timer);
  }
}
