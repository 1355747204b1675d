import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';

const read = (name: string): string => readFileSync(join(import.meta.dirname, 'testdata', name), 'utf8');

export const certificates = {
  ca: read('ca.crt'),
  otherCa: read('other-ca.crt'),
  client: { cert: read('client.crt'), key: read('client.key') },
};

export interface TlsServer {
  port: number;
  /** Sockets accepted so far. */
  connections(): number;
  close(): Promise<void>;
}

/** An HTTPS server on 127.0.0.1 that asks for client certificates and takes connections without one. */
export async function startTlsServer(listener: RequestListener): Promise<TlsServer> {
  const server: Server = createServer(
    { cert: read('server.crt'), key: read('server.key'), ca: certificates.ca, requestCert: true, rejectUnauthorized: false },
    listener,
  );
  let connections = 0;
  server.on('secureConnection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
