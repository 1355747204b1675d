// What is typed at both clusters, and how its output may be compared.

/** One line as a person types it into a shell. */
export interface Line {
  readonly run: string;
  /** Typed again until its output matches: for what controllers do in their own time. */
  readonly until?: RegExp;
  /** Compared without regard to the order of lines: for what comes from Go's maps, or from the second of the clock. */
  readonly sorted?: boolean;
  /** Only lines that match are compared. */
  readonly only?: RegExp;
  /** Lines that match are not compared. */
  readonly without?: RegExp;
  /** The exit code alone counts. */
  readonly codeOnly?: boolean;
}

export interface Session {
  /** Its namespace is `kc-NAME`, on both sides. */
  readonly name: string;
  readonly lines: readonly Line[];
  /** Cluster-scoped things that it made, as `resource/name`: deleted at the end. */
  readonly leaves?: readonly string[];
}

/** A session from lines; plain text is a line that is typed once and compared as it is. */
export function session(name: string, lines: readonly (string | Line)[], leaves: readonly string[] = []): Session {
  return { name, lines: lines.map((line) => (typeof line === 'string' ? { run: line } : line)), leaves };
}

export const until = (run: string, pattern: RegExp, options: Omit<Line, 'run' | 'until'> = {}): Line => ({
  ...options,
  run,
  until: pattern,
});
/** Waits until the controllers are done with a Deployment, and write nothing more. */
export const settled = (name: string): Line =>
  until(
    `kubectl get deployment ${name} -o jsonpath='{.metadata.generation} {.status.observedGeneration} {.spec.replicas} {.status.replicas} {.status.updatedReplicas} {.status.availableReplicas}'`,
    /^(\d+) \1 (\d+) \2 \2 \2$/,
    { codeOnly: true },
  );
/** Types a command that goes on, changes something once the server answers its watch, and ends it when so many lines are there. */
export const watched = (lines: number, watch: string, writes: string): Line => ({
  run: `bash watched.sh ${lines} ${[watch, writes].map((text) => `'${text.replaceAll("'", String.raw`'\''`)}'`).join(' ')}`,
});
export const sorted = (run: string, options: Omit<Line, 'run' | 'sorted'> = {}): Line => ({ ...options, run, sorted: true });
export const only = (run: string, pattern: RegExp, options: Omit<Line, 'run' | 'only'> = {}): Line => ({ ...options, run, only: pattern });
export const without = (run: string, pattern: RegExp, options: Omit<Line, 'run' | 'without'> = {}): Line => ({
  ...options,
  run,
  without: pattern,
});
