import { PassThrough, type Readable } from 'node:stream';
import type { UpgradeSocket } from '../../server/contract.ts';
import type { SpdyStream } from '../spdy/session.ts';
import { SpdySession } from '../spdy/session.ts';
import { acceptSpdy, requestedSpdyProtocols } from '../websocket/handshake.ts';
import type { RemoteStatus, RemoteStreams, TerminalSize } from './remote-streams.ts';
import { parseSize } from './remote-streams.ts';

/** Sub-protocols whose error stream carries a Status. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

export interface WantedStreams {
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  tty: boolean;
}

/** Exec and attach over SPDY/3.1, for kubectl before 1.31. Resolves when the client has opened every stream; undefined when no protocol fits. */
export async function openSpdyStreams(upgrade: UpgradeSocket, wanted: WantedStreams): Promise<RemoteStreams | undefined> {
  const requested = requestedSpdyProtocols(upgrade);
  const protocol = PROTOCOLS.find((name) => requested.includes(name));
  if (protocol === undefined) return undefined;
  acceptSpdy(upgrade, protocol);
  const expected = new Set(['error']);
  if (wanted.stdin) expected.add('stdin');
  if (wanted.stdout) expected.add('stdout');
  if (wanted.stderr && !wanted.tty) expected.add('stderr');
  if (wanted.tty) expected.add('resize');
  if (upgrade.head.length > 0) upgrade.socket.unshift(upgrade.head);
  const streams = new Map<string, SpdyStream>();
  return new Promise((resolve) => {
    const session = new SpdySession(upgrade.socket, (stream) => {
      streams.set(stream.headers['streamtype'] ?? '', stream);
      if ([...expected].every((name) => streams.has(name))) resolve(new SpdyStreams(session, upgrade, streams));
    });
    upgrade.socket.once('close', () => resolve(undefined));
  });
}

class SpdyStreams implements RemoteStreams {
  readonly stdin: Readable | undefined;
  readonly #session: SpdySession;
  readonly #upgrade: UpgradeSocket;
  readonly #streams: ReadonlyMap<string, SpdyStream>;
  #finished = false;

  constructor(session: SpdySession, upgrade: UpgradeSocket, streams: ReadonlyMap<string, SpdyStream>) {
    this.#session = session;
    this.#upgrade = upgrade;
    this.#streams = streams;
    this.stdin = streams.get('stdin')?.pipe(new PassThrough());
    for (const name of ['stdout', 'stderr', 'error']) streams.get(name)?.resume();
  }

  write(stream: 'stdout' | 'stderr', chunk: Buffer): boolean {
    return this.#streams.get(stream)?.write(chunk) ?? true;
  }

  drained(then: () => void): void {
    this.#session.onceDrained(then);
  }

  onResize(handler: (size: TerminalSize) => void): void {
    this.#streams.get('resize')?.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString('utf8').split('\n')) {
        const size = line.trim() === '' ? undefined : parseSize(Buffer.from(line));
        if (size) handler(size);
      }
    });
  }

  onClose(handler: () => void): void {
    this.#upgrade.socket.once('close', () => {
      if (!this.#finished) handler();
    });
  }

  finish(status: RemoteStatus): void {
    this.#finished = true;
    const error = this.#streams.get('error');
    error?.end(JSON.stringify(status));
    for (const [name, stream] of this.#streams) if (name !== 'error') stream.end();
  }
}
