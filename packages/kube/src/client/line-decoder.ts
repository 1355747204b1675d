const newline = 0x0a;

/** Cuts a stream of bytes into lines of UTF-8 text, wherever the chunks were cut (also inside a character). */
export class LineDecoder {
  #partial: Uint8Array[] = [];

  /** The lines that this chunk completes, without their newline; empty ones are left out. */
  *push(chunk: Uint8Array): Generator<string> {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const line = this.#take(chunk.subarray(start, end));
      start = end + 1;
      if (line !== '') yield line;
    }
    // Copied: the transport may reuse the chunk's memory.
    if (start < chunk.length) this.#partial.push(chunk.slice(start));
  }

  /** What came after the last newline. */
  rest(): string {
    return this.#take(new Uint8Array());
  }

  #take(last: Uint8Array): string {
    if (this.#partial.length === 0) return textOf(last);
    const whole = Buffer.concat([...this.#partial, last]);
    this.#partial = [];
    return textOf(whole);
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').trim();
}
