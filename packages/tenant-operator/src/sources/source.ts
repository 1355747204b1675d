/** What every kind of database looks like to the registry controller. One conformance suite (test/sources/conformance.ts) runs on each. */

/** The value of each asked column as text, in the order asked; null is SQL NULL. */
export type SourceRow = readonly (string | null)[];

export interface ReadRequest {
  /** Column names, unquoted, each once. */
  columns: readonly string[];
  /** The read is broken off after so many milliseconds. */
  timeoutMs: number;
  signal?: AbortSignal;
}

/**
 * A table or view. Values come as text: integers exact whatever their size, booleans as `true`/`false` (as `1`/`0` where the database has no
 * booleans), points in time in RFC 3339 (UTC), dates as `2026-01-31`, JSON and decimals as the database writes them.
 */
export interface Source {
  /** For people: `mysql table customers of saas at db:3306`. Holds no secret. */
  readonly description: string;
  /**
   * Hands every row of the table to `take`, in one snapshot: one statement inside one read-only transaction, whose row count is checked against
   * a count in the same transaction, so that absence of a row is proved. Rows that were handed over before a failure mean nothing.
   * @returns the number of rows.
   * @throws SourceError
   */
  read(request: ReadRequest, take: (row: SourceRow) => void): Promise<number>;
  /** Calls `wake` when the database hints that rows have changed. Returns how to stop. Left out: there are no hints. */
  watch?: ((wake: () => void) => () => void) | undefined;
  /** Closes connections; never rejects. */
  close(): Promise<void>;
}
