/** What an object's status says about it. Plain data, small enough to be kept for every child. */
export interface Readiness {
  ready: boolean;
  /** UpperCamelCase; empty when there is nothing to add. */
  reason: string;
  /** For people: `1 of 2 replicas available`. */
  message: string;
  /** A Job that ran to its end. */
  completed?: true;
  /** Storage class of a claim that is not bound yet ("" = the default class): unbound is fine when it waits for its first consumer. */
  unboundClass?: string;
}

export const isReady: Readiness = { ready: true, reason: '', message: '' };

export function notReady(reason: string, message: string): Readiness {
  return { ready: false, reason, message };
}

export function sameReadiness(a: Readiness, b: Readiness): boolean {
  return a.ready === b.ready && a.reason === b.reason && a.message === b.message && a.completed === b.completed;
}
