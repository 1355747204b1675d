/** Breaks a read off when it takes too long or is no longer wanted. */
import type { Clock } from '@caretaker/kube';
import { SourceError } from './errors.ts';
import type { ReadRequest } from './source.ts';

/**
 * Runs `work` against the request's deadline and signal. When either comes first, `abandon` is called (it drops the connection) and the result is a
 * SourceError, whatever the driver makes of the dropped connection.
 */
export async function withDeadline<T>(
  clock: Clock,
  request: ReadRequest,
  description: string,
  work: () => Promise<T>,
  abandon: () => void,
): Promise<T> {
  const failure = Promise.withResolvers<never>();
  const stop = (error: SourceError) => {
    failure.reject(error);
    abandon();
  };
  const timer = clock.after(request.timeoutMs, () =>
    stop(new SourceError('Timeout', `timeout: the query of ${description} took longer than ${request.timeoutMs / 1000} s`)),
  );
  const onAbort = () =>
    stop(new SourceError('ConnectionLost', `the read of ${description} was broken off because the operator is stopping`));
  request.signal?.addEventListener('abort', onAbort, { once: true });
  if (request.signal?.aborted === true) onAbort();
  try {
    const running = work();
    running.catch(() => undefined);
    return await Promise.race([failure.promise, running]);
  } finally {
    timer.cancel();
    request.signal?.removeEventListener('abort', onAbort);
    failure.promise.catch(() => undefined);
  }
}

/** @throws SourceError IncompleteRead when the rows that came are not the rows that are there. */
export function checkCount(description: string, read: number, counted: number): void {
  if (read === counted) return;
  throw new SourceError('IncompleteRead', `the read of ${description} is not complete: ${read} rows came, the table holds ${counted}`);
}
