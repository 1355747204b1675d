/** LISTEN on a PostgreSQL channel: a hint that rows have changed. Losing it costs nothing but time, since polling goes on. */
import type { Clock, Timer } from '@caretaker/kube';
import pg from 'pg';
import { quoteIdentifier } from './identifiers.ts';

const gatherMs = 250;
const firstRetryMs = 1_000;
const longestRetryMs = 60_000;

/** Calls `wake` after notifications, gathered for a moment, and after each new connection (some may have been missed). Returns how to stop. */
export function listen(config: pg.ClientConfig, channel: string, clock: Clock, wake: () => void): () => void {
  let client: pg.Client | undefined;
  let gathering: Timer | undefined;
  let retrying: Timer | undefined;
  let retryMs = firstRetryMs;
  let stopped = false;

  const hint = () => {
    gathering ??= clock.after(gatherMs, () => {
      gathering = undefined;
      wake();
    });
  };
  const lost = (which: pg.Client) => {
    if (stopped || which !== client) return;
    client = undefined;
    which.end().catch(() => undefined);
    retrying = clock.after(retryMs, () => void connect(true));
    retryMs = Math.min(retryMs * 2, longestRetryMs);
  };
  const connect = async (again: boolean): Promise<void> => {
    if (stopped) return;
    const fresh = new pg.Client(config);
    client = fresh;
    fresh.on('error', () => lost(fresh));
    fresh.on('end', () => lost(fresh));
    fresh.on('notification', hint);
    try {
      await fresh.connect();
      await fresh.query(`LISTEN ${quoteIdentifier(channel, '"')}`);
      retryMs = firstRetryMs;
      if (again) hint();
    } catch {
      // The read of the rows reports what is wrong with the database.
      lost(fresh);
    }
  };
  void connect(false);
  return () => {
    stopped = true;
    gathering?.cancel();
    retrying?.cancel();
    client?.end().catch(() => undefined);
  };
}
