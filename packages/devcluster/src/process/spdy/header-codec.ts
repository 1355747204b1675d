import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { SPDY_DICTIONARY } from './dictionary.ts';

/** Names in lower case, as SPDY sends them. */
export type SpdyHeaders = Readonly<Record<string, string>>;

/** A header block that does not follow the protocol. */
export class SpdyProtocolError extends Error {
  readonly code = 'DEVCLUSTER_SPDY';
  readonly retryable = false;
  readonly hint = 'The client does not speak SPDY/3.1; use kubectl 1.30 or newer.';
  constructor(message: string) {
    super(message);
    this.name = 'SpdyProtocolError';
  }
}

/** Compressor and decompressor of a session's header blocks. Both keep state: blocks must pass in the order of the wire. */
export class HeaderCodec {
  readonly #inflate: Inflate = createInflate({ dictionary: SPDY_DICTIONARY, finishFlush: constants.Z_SYNC_FLUSH });
  readonly #deflate: Deflate = createDeflate({ dictionary: SPDY_DICTIONARY, flush: constants.Z_SYNC_FLUSH });

  async decode(block: Buffer): Promise<SpdyHeaders> {
    return parseBlock(await pass(this.#inflate, block));
  }

  encode(headers: SpdyHeaders): Promise<Buffer> {
    return pass(this.#deflate, renderBlock(headers));
  }

  close(): void {
    this.#inflate.close();
    this.#deflate.close();
  }
}

function pass(stream: Inflate | Deflate, input: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const take = (chunk: Buffer): void => {
      parts.push(chunk);
    };
    const done = (error?: Error | null): void => {
      stream.off('data', take);
      stream.off('error', done);
      if (error) reject(new SpdyProtocolError(`header block: ${error.message}`));
      else resolve(Buffer.concat(parts));
    };
    stream.on('data', take);
    stream.once('error', done);
    stream.write(input);
    stream.flush(constants.Z_SYNC_FLUSH, () => done());
  });
}

function parseBlock(block: Buffer): SpdyHeaders {
  const headers: Record<string, string> = {};
  let offset = 0;
  const number = (): number => {
    if (offset + 4 > block.length) throw new SpdyProtocolError('header block is cut short');
    offset += 4;
    return block.readUInt32BE(offset - 4);
  };
  const word = (): string => {
    const length = number();
    if (offset + length > block.length) throw new SpdyProtocolError('header block is cut short');
    offset += length;
    return block.toString('utf8', offset - length, offset);
  };
  for (let left = number(); left > 0; left -= 1) {
    const name = word().toLowerCase();
    headers[name] = word().split('\0')[0] ?? '';
  }
  return headers;
}

function renderBlock(headers: SpdyHeaders): Buffer {
  const entries = Object.entries(headers);
  const number = (value: number): Buffer => {
    const buffer = Buffer.alloc(4);
    buffer.writeUInt32BE(value);
    return buffer;
  };
  const word = (text: string): Buffer[] => {
    const bytes = Buffer.from(text, 'utf8');
    return [number(bytes.length), bytes];
  };
  return Buffer.concat([number(entries.length), ...entries.flatMap(([name, value]) => [...word(name), ...word(value)])]);
}
