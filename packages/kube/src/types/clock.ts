/** A timer that has been set. Cancelling one that has fired does nothing. */
export interface Timer {
  cancel(): void;
}

/** Where time comes from. Always passed in: tests and the simulation run on virtual time. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. For what people read. */
  now(): number;
  /** Monotonic milliseconds from an arbitrary start. For every duration and deadline. */
  monotonic(): number;
  /** Calls `fire` once, `ms` milliseconds from now (at the earliest on a later turn of the event loop). */
  after(ms: number, fire: () => void): Timer;
}

/** Where chance comes from. Always passed in. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** `count` random bytes. */
  bytes(count: number): Uint8Array;
}
