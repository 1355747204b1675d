import type { IncomingMessage } from 'node:http';
import { getPath, isRecord } from './json-paths.ts';
import type { Step } from './scenario.ts';

/** Events come at once or, after a definition has changed, within seconds. What is not there by then is missing. */
const LONGEST_WAIT_MS = 30_000;

/** The events of an open watch, taken in pieces. */
export class WatchReader {
  readonly #message: IncomingMessage;
  readonly #events: Record<string, unknown>[] = [];
  #ended = false;
  #wake: () => void = () => {};

  constructor(message: IncomingMessage) {
    this.#message = message;
    let rest = '';
    message.setEncoding('utf8');
    message.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') this.#events.push(JSON.parse(line) as Record<string, unknown>);
      this.#wake();
    });
    for (const event of ['end', 'close', 'error']) {
      message.on(event, () => {
        this.#ended = true;
        this.#wake();
      });
    }
  }

  get ended(): boolean {
    return this.#ended;
  }

  close(): void {
    this.#message.destroy();
  }

  /** Waits until what is asked for is there, or the stream ends; gives what there is when it takes too long. */
  async collect(ask: NonNullable<Step['collect']>): Promise<Record<string, unknown>[]> {
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      this.#wake();
    }, LONGEST_WAIT_MS);
    let end = this.#endOf(ask);
    while (end < 0 && !this.#ended && !late) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      end = this.#endOf(ask);
    }
    clearTimeout(limit);
    const taken = this.#events.splice(0, end < 0 || ask.until === 'end' ? this.#events.length : end);
    const bookmarks = ask.bookmarks === true || ask.until === 'bookmark' || ask.until === 'initialEnd';
    return taken.filter((event) => event['type'] !== 'BOOKMARK' || bookmarks);
  }

  #endOf(ask: NonNullable<Step['collect']>): number {
    if (ask.until === 'end') return this.#ended ? this.#events.length : -1;
    if (ask.count === 0) return 0;
    let count = 0;
    for (const [index, event] of this.#events.entries()) {
      if (event['type'] === 'BOOKMARK') {
        if (ask.until === 'bookmark' || (ask.until === 'initialEnd' && isInitialEnd(event))) return index + 1;
        continue;
      }
      count += 1;
      if (ask.count !== undefined && count === ask.count) return index + 1;
    }
    return -1;
  }
}

function isInitialEnd(event: Record<string, unknown>): boolean {
  return isRecord(event['object']) && getPath(event['object'], 'metadata.annotations["k8s.io/initial-events-end"]') !== undefined;
}
