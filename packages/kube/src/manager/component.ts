/** A part of the process that is started and stopped. A `Controller` is one. */
export interface Component {
  readonly name: string;
  /** Resolves when it works; rejects when it cannot. */
  start(): void | Promise<void>;
  /** Ends it within `graceMs` milliseconds: finishes or releases what is under way. */
  stop(graceMs: number): void | Promise<void>;
}
