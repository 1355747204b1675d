import assert from 'node:assert/strict';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { type ClusterConfig, createTransport, fixedCredentials, systemClock, type Transport } from '@caretaker/kube';
import { certificates, startTlsServer, type TlsServer } from './tls-server.ts';

interface Setup {
  server: TlsServer;
  connect(more?: Partial<ClusterConfig>): Transport;
}

async function withServer(listener: RequestListener, run: (setup: Setup) => Promise<void>): Promise<void> {
  const server = await startTlsServer(listener);
  const transports: Transport[] = [];
  const connect: Setup['connect'] = (more = {}) => {
    const transport = createTransport({ ...configFor(server.port), ...more }, { clock: systemClock, connections: 4 });
    transports.push(transport);
    return transport;
  };
  try {
    await run({ server, connect });
  } finally {
    await Promise.all(transports.map((transport) => transport.close()));
    await server.close();
  }
}

function configFor(port: number): ClusterConfig {
  return {
    server: `https://127.0.0.1:${port}`,
    namespace: 'default',
    certificateAuthority: () => certificates.ca,
    insecureSkipTlsVerify: false,
    credentials: fixedCredentials({ authorization: 'Bearer T' }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

const get = (transport: Transport, path = '/', more: object = {}) => transport.send({ method: 'GET', path, headers: {}, ...more });

test('method, path, headers and body arrive; status, headers and body come back', async () => {
  await withServer(
    async (request, response) => {
      const body = await bodyOf(request);
      response.statusCode = 201;
      response.setHeader('warning', ['299 - "a"', '299 - "b"']);
      response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }));
    },
    async ({ connect }) => {
      const transport = connect({ impersonate: { user: 'other', uid: '7', groups: ['a', 'b'], extra: { 'example.org/x': ['y'] } } });
      const response = await transport.send({ method: 'PATCH', path: '/a?b=c', headers: { 'content-type': 'x/y' }, body: 'größe' });
      assert.equal(response.status, 201);
      assert.deepEqual(response.headers['warning'], ['299 - "a"', '299 - "b"']);
      const seen = JSON.parse(await response.text());
      assert.deepEqual([seen.method, seen.url, seen.body], ['PATCH', '/a?b=c', 'größe']);
      assert.equal(seen.headers.authorization, 'Bearer T');
      assert.equal(seen.headers['user-agent'], 'caretaker');
      assert.equal(seen.headers['impersonate-user'], 'other');
      assert.equal(seen.headers['impersonate-uid'], '7');
      assert.equal(seen.headers['impersonate-group'], 'a, b');
      assert.equal(seen.headers['impersonate-extra-example.org%2fx'], 'y');
    },
  );
});

test('a thousand requests share a few connections; watches and leases have their own', async () => {
  const open: (() => void)[] = [];
  await withServer(
    (request, response) => {
      if (request.url === '/watch') {
        response.write('x');
        open.push(() => response.end());
      } else response.end('ok');
    },
    async ({ server, connect }) => {
      const transport = connect();
      const watches = await Promise.all(Array.from({ length: 6 }, () => get(transport, '/watch', { lane: 'watch' })));
      assert.equal(server.connections(), 6);
      await Promise.all(Array.from({ length: 1_000 }, async () => (await get(transport)).text()));
      assert.equal(server.connections(), 10);
      await (await get(transport, '/', { lane: 'lease' })).text();
      assert.equal(server.connections(), 11);
      for (const end of open) end();
      for (const watch of watches) await watch.text();
    },
  );
});

test('a client certificate proves who one is', async () => {
  await withServer(
    (request, response) => {
      const { socket } = request;
      response.end(socket instanceof TLSSocket && socket.authorized ? JSON.stringify(socket.getPeerCertificate().subject) : 'nobody');
    },
    async ({ connect }) => {
      const clientCertificate = certificates.client;
      assert.deepEqual(JSON.parse(await (await get(connect({ credentials: fixedCredentials({ clientCertificate }) }))).text()), {
        O: 'testers',
        CN: 'tester',
      });
      assert.equal(await (await get(connect())).text(), 'nobody');
    },
  );
});

test('after a 401 the credentials are asked once more', async () => {
  let refreshed = 0;
  await withServer(
    (request, response) => {
      response.statusCode = request.headers.authorization === 'Bearer new' ? 200 : 401;
      response.end('x');
    },
    async ({ connect }) => {
      const current = () => ({ authorization: refreshed > 0 ? 'Bearer new' : 'Bearer old' });
      const helped = connect({ credentials: { current, refresh: async () => ++refreshed > 0 } });
      assert.equal((await get(helped)).status, 200);
      assert.equal(refreshed, 1);
      const helpless = connect({ credentials: { current: () => ({ authorization: 'Bearer old' }), refresh: async () => false } });
      assert.equal((await get(helpless)).status, 401);
    },
  );
});

test('new certificates mean new connections, without disturbing what is under way', async () => {
  let identity = 0;
  await withServer(
    (request, response) => {
      if (request.url === '/slow') setTimeout(() => response.end('slow'), 50);
      else response.end('ok');
    },
    async ({ server, connect }) => {
      const authorities = [certificates.ca, `${certificates.ca}\n${certificates.otherCa}`];
      const transport = connect({ certificateAuthority: () => authorities[identity] });
      const slow = get(transport, '/slow').then((response) => response.text());
      await (await get(transport)).text();
      const before = server.connections();
      identity = 1;
      await (await get(transport)).text();
      assert.equal(server.connections(), before + 1);
      assert.equal(await slow, 'slow');
    },
  );
});

test('tls-server-name is what the certificate is checked against', async () => {
  await withServer(
    (_, response) => response.end('ok'),
    async ({ connect }) => {
      assert.equal((await get(connect({ tlsServerName: 'api.test' }))).status, 200);
      await assert.rejects(get(connect({ tlsServerName: 'wrong.test' })), { code: 'KUBE_TRANSPORT_TLS' });
      await assert.rejects(get(connect({ certificateAuthority: () => certificates.otherCa })), { code: 'KUBE_TRANSPORT_TLS' });
      assert.equal((await get(connect({ certificateAuthority: () => certificates.otherCa, insecureSkipTlsVerify: true }))).status, 200);
    },
  );
});

test('a body streams as it comes, and ends with its signal', async () => {
  const closed = Promise.withResolvers<void>();
  await withServer(
    (request, response) => {
      request.socket.on('close', () => closed.resolve());
      response.write('one');
    },
    async ({ connect }) => {
      const abort = new AbortController();
      const response = await get(connect(), '/', { lane: 'watch', signal: abort.signal });
      const seen: string[] = [];
      await assert.rejects(
        async () => {
          for await (const chunk of response.chunks()) {
            seen.push(Buffer.from(chunk).toString());
            abort.abort();
          }
        },
        { code: 'KUBE_TRANSPORT_ABORTED' },
      );
      assert.deepEqual(seen, ['one']);
      // Not left half-open: the server sees its end while it is still running.
      await closed.promise;
    },
  );
});

test('each way to fail has its code', async () => {
  const refused = createTransport(configFor(1), { clock: systemClock });
  await assert.rejects(get(refused), { code: 'KUBE_TRANSPORT_REFUSED', retryable: true, message: /connection refused/ });
  await refused.close();
  await assert.rejects(get(refused), { code: 'KUBE_TRANSPORT_CLOSED' });
  const breaking = createServer((socket) => socket.on('data', () => socket.destroy()));
  await new Promise<void>((resolve) => breaking.listen(0, '127.0.0.1', resolve));
  const address = breaking.address();
  assert.ok(address !== null && typeof address === 'object');
  const transport = createTransport({ ...configFor(address.port), server: `http://127.0.0.1:${address.port}` }, { clock: systemClock });
  await assert.rejects(get(transport), { code: 'KUBE_TRANSPORT_RESET' });
  await assert.rejects(get(transport, '/', { signal: AbortSignal.abort() }), { code: 'KUBE_TRANSPORT_ABORTED' });
  await transport.close();
  await new Promise((resolve) => breaking.close(resolve));
});

test('a body that is cut off is a broken connection', async () => {
  await withServer(
    (request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half');
      setTimeout(() => request.socket.destroy(), 5);
    },
    async ({ connect }) => {
      const response = await get(connect());
      await assert.rejects(response.text(), { code: 'KUBE_TRANSPORT_RESET' });
    },
  );
});

test('a proxy is asked to connect', async () => {
  const { connect: connectTcp, createServer: createTcpServer } = await import('node:net');
  await withServer(
    (_, response) => response.end('through the proxy'),
    async ({ connect }) => {
      const heads: string[] = [];
      const proxy = createTcpServer((socket) => {
        socket.once('data', (head) => {
          heads.push(String(head).split('\r\n')[0] ?? '');
          const [host = '', port] = (heads.at(-1)?.split(' ')[1] ?? '').split(':');
          const upstream = connectTcp(Number(port), host, () => {
            socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
            socket.pipe(upstream).pipe(socket);
          });
          upstream.on('error', () => socket.destroy());
          socket.on('error', () => upstream.destroy());
        });
      });
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
      const address = proxy.address();
      assert.ok(address !== null && typeof address === 'object');
      const transport = connect({ proxyUrl: `http://127.0.0.1:${address.port}` });
      assert.equal(await (await get(transport)).text(), 'through the proxy');
      assert.match(heads[0] ?? '', /^CONNECT 127\.0\.0\.1:\d+ HTTP/);
      await transport.close();
      await new Promise((resolve) => proxy.close(resolve));
    },
  );
});
