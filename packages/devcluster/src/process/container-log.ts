export interface LogLine {
  /** Milliseconds since the epoch. */
  time: number;
  /** Without its newline. */
  text: string;
  /** False while the newline has not come. */
  complete: boolean;
}

const MOST_BYTES = 10 * 1024 * 1024;

/** What one run of a container printed: lines with their times, the oldest dropped beyond 10 MiB. */
export class ContainerLog {
  readonly #now: () => number;
  readonly #mostBytes: number;
  readonly #listeners = new Set<() => void>();
  readonly #raw = new Set<(stream: 'stdout' | 'stderr', chunk: Buffer) => void>();
  readonly #open = new Map<'stdout' | 'stderr', LogLine>();
  readonly #decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  #lines: LogLine[] = [];
  #first = 0;
  #bytes = 0;
  #closed = false;

  constructor(now: () => number, mostBytes = MOST_BYTES) {
    this.#now = now;
    this.#mostBytes = mostBytes;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Number of the first line that is kept, and one past the last. */
  get range(): { from: number; to: number } {
    return { from: this.#first, to: this.#first + this.#lines.length };
  }

  line(number: number): LogLine | undefined {
    return this.#lines[number - this.#first];
  }

  write(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    for (const listener of this.#raw) listener(stream, chunk);
    const parts = this.#decoders[stream].decode(chunk, { stream: true }).split('\n');
    parts.forEach((part, index) => {
      const last = index === parts.length - 1;
      if (!last || part !== '') this.#append(stream, part, !last);
    });
    this.#trim();
    this.#notify();
  }

  close(): void {
    this.#closed = true;
    this.#notify();
  }

  /** Called after every change. Returns the function that ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Output as it comes, for attach. */
  onOutput(listener: (stream: 'stdout' | 'stderr', chunk: Buffer) => void): () => void {
    this.#raw.add(listener);
    return () => this.#raw.delete(listener);
  }

  #append(stream: 'stdout' | 'stderr', part: string, complete: boolean): void {
    const open = this.#open.get(stream);
    this.#bytes += part.length;
    if (open) {
      open.text += part;
      open.complete = complete;
    } else this.#lines.push({ time: this.#now(), text: part, complete });
    const line = open ?? this.#lines.at(-1);
    if (complete || !line) this.#open.delete(stream);
    else this.#open.set(stream, line);
  }

  #trim(): void {
    let drop = 0;
    while (this.#bytes > this.#mostBytes && drop < this.#lines.length - 1) {
      this.#bytes -= this.#lines[drop]?.text.length ?? 0;
      drop += 1;
    }
    if (drop === 0) return;
    this.#lines = this.#lines.slice(drop);
    this.#first += drop;
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
