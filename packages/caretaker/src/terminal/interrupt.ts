/** Ctrl-C (or SIGTERM) once asks for a clean end; twice ends at once with status 130. */
export interface Interrupt {
  /** Aborts on the first signal. */
  readonly signal: AbortSignal;
  dispose(): void;
}

/** What is needed of `process`. */
export interface SignalSource {
  on(name: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(name: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  exit(status: number): void;
}

/** npm passes on the signal that the terminal has sent to the whole group already: two that come this close are one key press. Milliseconds. */
const samePress = 300;

export function watchInterrupt(process: SignalSource, monotonic: () => number, say: (line: string) => void): Interrupt {
  const controller = new AbortController();
  let first = 0;
  const handle = (): void => {
    if (!controller.signal.aborted) {
      first = monotonic();
      controller.abort(new Error('interrupted'));
      say('stopping; press Ctrl-C again to force it');
    } else if (monotonic() - first > samePress) process.exit(130);
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return {
    signal: controller.signal,
    dispose: () => {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
    },
  };
}
