import type { ApiStatus } from '../types/client.ts';
import { KubeError } from './kube-error.ts';

/** Reasons after which the same request may succeed by itself: the server was busy, not unwilling. */
const retryableReasons = new Set(['TooManyRequests', 'ServerTimeout', 'Timeout', 'InternalError', 'ServiceUnavailable', 'Expired', 'Gone']);

/** The server answered, and the answer was no. `status` is what it said. */
export class ApiError extends KubeError {
  readonly status: ApiStatus;
  readonly method: string;
  readonly path: string;

  constructor(status: ApiStatus, request: { method: string; path: string }) {
    super(codeOf(status.reason), messageOf(status), {
      retryable: retryableReasons.has(status.reason) || status.code >= 500,
      hint: hintOf(status.reason),
    });
    this.status = status;
    this.method = request.method;
    this.path = request.path;
  }

  /** How long the server asked to stay away, milliseconds. */
  get retryAfterMs(): number | undefined {
    return this.status.retryAfterSeconds === undefined ? undefined : this.status.retryAfterSeconds * 1000;
  }
}

/** `TooManyRequests` -> `too-many-requests`: the word that people grep logs for. */
export function reasonWord(reason: string): string {
  return reason.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase();
}

function codeOf(reason: string): string {
  return `KUBE_API_${reasonWord(reason).replaceAll('-', '_').toUpperCase()}`;
}

/** The server's message, with the reason in front unless the message says it already. */
function messageOf(status: ApiStatus): string {
  const words = reasonWord(status.reason).replaceAll('-', ' ');
  if (status.message === '') return words;
  return status.message.toLowerCase().includes(words) ? status.message : `${words}: ${status.message}`;
}

function hintOf(reason: string): string {
  switch (reason) {
    case 'Forbidden':
      return 'grant the verb to the ServiceAccount: kubectl auth can-i <verb> <resource> --as=system:serviceaccount:<namespace>:<name>';
    case 'Unauthorized':
      return 'the token or client certificate is missing, expired or not known to this cluster';
    case 'TooManyRequests':
      return 'the server is throttling: look at its priority and fairness settings, or lower the concurrency';
    case 'Conflict':
      return 'somebody else changed the object in between, or owns the field';
    case 'InternalError':
      return 'the server failed, often in an admission webhook: its message names which';
    default:
      return '';
  }
}

function hasReason(error: unknown, ...reasons: string[]): boolean {
  return error instanceof ApiError && reasons.includes(error.status.reason);
}

export const isNotFound = (error: unknown): boolean => hasReason(error, 'NotFound');
export const isConflict = (error: unknown): boolean => hasReason(error, 'Conflict');
export const isAlreadyExists = (error: unknown): boolean => hasReason(error, 'AlreadyExists');
export const isForbidden = (error: unknown): boolean => hasReason(error, 'Forbidden');
export const isUnauthorized = (error: unknown): boolean => hasReason(error, 'Unauthorized');
export const isInvalid = (error: unknown): boolean => hasReason(error, 'Invalid');
export const isTooManyRequests = (error: unknown): boolean => hasReason(error, 'TooManyRequests');
/** A watch or a `continue` token that is older than what the server still remembers: list again. */
export const isExpired = (error: unknown): boolean => hasReason(error, 'Expired', 'Gone');
/**
 * The version asked for is ahead of the server's. Its cache may lag for a moment; or the store was restored from a backup, and then that version
 * will not come for a long time.
 */
export const isVersionTooLarge = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.status.causes.some((cause) => cause.reason === 'ResourceVersionTooLarge') ||
    /too large resource version/i.test(error.status.message));
/** A 403 that only says that the namespace is going away. */
export const isNamespaceTerminating = (error: unknown): boolean =>
  error instanceof ApiError && error.status.causes.some((cause) => cause.reason === 'NamespaceTerminating');
