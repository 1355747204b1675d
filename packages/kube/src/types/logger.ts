/** Values of a log line; objects are not taken, so that no body can slip into a log. */
export type LogValue = string | number | boolean | null | undefined;

/** Constant message, data in key/values. */
export interface Logger {
  debug(message: string, values?: Record<string, LogValue>): void;
  info(message: string, values?: Record<string, LogValue>): void;
  warn(message: string, values?: Record<string, LogValue>): void;
  error(message: string, values?: Record<string, LogValue>): void;
  /** A logger whose lines all carry these values. */
  with(values: Record<string, LogValue>): Logger;
}
