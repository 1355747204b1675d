import { readFile } from 'node:fs/promises';
import { asError } from '../errors/kube-error.ts';
import type { Clock } from '../types/clock.ts';

/** How old what was read may get, milliseconds. The kubelet replaces projected tokens well before they end. */
const maxAgeMs = 60_000;

/** A small file that others replace now and then. Read again when a minute old; when that fails, the last content serves on. */
export class FileSource {
  readonly path: string;
  readonly #clock: Clock;
  #text: string | undefined;
  #readAt = 0;
  #reading: Promise<string> | undefined;

  constructor(path: string, clock: Clock) {
    this.path = path;
    this.#clock = clock;
  }

  current(): string | Promise<string> {
    if (this.#text === undefined) return this.read();
    if (this.#clock.monotonic() - this.#readAt < maxAgeMs) return this.#text;
    const last = this.#text;
    return this.read().catch(() => last);
  }

  /** Reads now, whatever the age. */
  read(): Promise<string> {
    this.#reading ??= this.#load().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #load(): Promise<string> {
    try {
      this.#text = (await readFile(this.path, 'utf8')).trim();
      return this.#text;
    } catch (thrown) {
      throw asError(thrown);
    } finally {
      this.#readAt = this.#clock.monotonic();
    }
  }
}
