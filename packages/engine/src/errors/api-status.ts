import type { ApiStatus } from '@caretaker/kube';
import { isRecord } from '../json/value.ts';

/** What the API server said, when an error is its answer; undefined when no answer came. */
export function apiStatusOf(error: unknown): ApiStatus | undefined {
  if (!(error instanceof Error) || !('status' in error) || !isRecord(error.status)) return undefined;
  const { code, reason, message, causes, retryAfterSeconds } = error.status;
  if (typeof code !== 'number') return undefined;
  return {
    code,
    reason: typeof reason === 'string' ? reason : '',
    message: typeof message === 'string' ? message : '',
    causes: Array.isArray(causes) ? causes.filter(isRecord).map(causeOf) : [],
    ...(typeof retryAfterSeconds === 'number' ? { retryAfterSeconds } : {}),
  };
}

function causeOf(cause: Record<string, unknown>): ApiStatus['causes'][number] {
  const text = (name: string): string | undefined => (typeof cause[name] === 'string' ? cause[name] : undefined);
  const reason = text('reason');
  const message = text('message');
  const field = text('field');
  return { ...(reason ? { reason } : {}), ...(message ? { message } : {}), ...(field ? { field } : {}) };
}

export function isNotFoundStatus(error: unknown): boolean {
  return apiStatusOf(error)?.code === 404;
}

/** A 409 whose causes are fields held by other managers (as opposed to a stale resourceVersion or a uid that does not match). */
export function isFieldConflict(status: ApiStatus): boolean {
  return status.code === 409 && status.causes.some((cause) => cause.reason === 'FieldManagerConflict');
}
