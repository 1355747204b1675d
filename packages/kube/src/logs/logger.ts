import type { Clock } from '../types/clock.ts';
import type { Logger, LogValue } from '../types/logger.ts';
import { logfmtPair } from './logfmt.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFormat = 'logfmt' | 'json';

export interface LoggerOptions {
  /** Gets whole lines, newline included. */
  write: (line: string) => void;
  clock: Clock;
  /** [logfmt] */
  format?: LogFormat;
  /** The least important level that is written. [info] */
  level?: LogLevel;
}

type Values = Readonly<Record<string, LogValue>>;

const severity: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/**
 * Lines of `ts=… level=INFO msg="…" key=value …`, or the same as JSON. Levels are in capitals, so that they are not taken for words of a message
 * (the runbooks count lines that hold `error`). Values come in the order given; the message is constant, what varies is a value.
 */
export function createLogger(options: LoggerOptions): Logger {
  return new LineLogger(options, {});
}

/** Writes nothing. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => silentLogger,
};

class LineLogger implements Logger {
  readonly #options: LoggerOptions;
  readonly #own: Values;
  readonly #least: number;

  constructor(options: LoggerOptions, own: Values) {
    this.#options = options;
    this.#own = own;
    this.#least = severity[options.level ?? 'info'];
  }

  debug(message: string, values?: Values): void {
    this.#line('debug', message, values);
  }

  info(message: string, values?: Values): void {
    this.#line('info', message, values);
  }

  warn(message: string, values?: Values): void {
    this.#line('warn', message, values);
  }

  error(message: string, values?: Values): void {
    this.#line('error', message, values);
  }

  with(values: Values): Logger {
    return new LineLogger(this.#options, { ...this.#own, ...values });
  }

  #line(level: LogLevel, message: string, values: Values = {}): void {
    if (severity[level] < this.#least) return;
    const all = {
      ts: new Date(this.#options.clock.now()).toISOString(),
      level: level.toUpperCase(),
      msg: message,
      ...this.#own,
      ...values,
    };
    const line =
      this.#options.format === 'json'
        ? JSON.stringify(all)
        : Object.entries(all)
            .filter(([, value]) => value !== undefined)
            .map(([key, value]) => logfmtPair(key, value))
            .join(' ');
    this.#options.write(`${line}\n`);
  }
}
