/** A response body that a test feeds piece by piece. */
export class FakeStream implements AsyncIterable<Uint8Array> {
  readonly #waiting: Uint8Array[] = [];
  #ended = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  /** Sends text as it is. */
  push(text: string | Uint8Array): void {
    this.#waiting.push(typeof text === 'string' ? new TextEncoder().encode(text) : text);
    this.#wake?.();
  }

  /** Sends a watch event as its own line. */
  event(type: string, object: unknown): void {
    this.push(`${JSON.stringify({ type, object })}\n`);
  }

  /** The server closes the stream normally. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** The connection breaks. */
  fail(error: Error): void {
    this.#error ??= error;
    this.#wake?.();
  }

  get ended(): boolean {
    return this.#ended || this.#error !== undefined;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#waiting.shift();
      if (chunk !== undefined) {
        yield chunk;
        continue;
      }
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async text(): Promise<string> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of this) text += decoder.decode(chunk, { stream: true });
    return text + decoder.decode();
  }
}
