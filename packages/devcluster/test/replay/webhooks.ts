import { randomBytes } from 'node:crypto';
import { createServer } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { makeServingCertificates } from '../../src/tls/certificates.ts';
import { isRecord } from './json-paths.ts';
import type { WebhookHandler } from './scenario.ts';

export interface WebhookServer {
  readonly url: string;
  readonly caBundle: string;
  readonly calls: { path: string; [key: string]: unknown }[];
  close(): void;
}

/** An HTTPS server on the loopback that answers reviews as the scenario says, and keeps what it was asked. */
export async function startWebhooks(handlers: Record<string, WebhookHandler>): Promise<WebhookServer> {
  const certificates = makeServingCertificates(Date.now(), (count) => new Uint8Array(randomBytes(count)), ['127.0.0.1', 'localhost']);
  const calls: WebhookServer['calls'] = [];
  const server = createServer({ key: certificates.keyPem, cert: certificates.certPem }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'https://127.0.0.1');
    const review: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    calls.push({
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      method: request.method,
      contentType: request.headers['content-type'],
      accept: request.headers.accept,
      review,
    });
    const handler = handlers[url.pathname];
    if (handler?.delayMs !== undefined) await delay(handler.delayMs);
    response.writeHead(handler === undefined ? 404 : (handler.status ?? 200), { 'Content-Type': 'application/json' });
    response.end(handler === undefined ? '' : (handler.raw ?? JSON.stringify(answer(handler, review))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    url: `https://127.0.0.1:${port}`,
    caBundle: Buffer.from(certificates.caPem).toString('base64'),
    calls,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answer(handler: WebhookHandler, review: unknown) {
  const request = isRecord(review) && isRecord(review['request']) ? review['request'] : {};
  const patch =
    handler.patch === undefined ? {} : { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(handler.patch)).toString('base64') };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid: request['uid'], ...handler.response, ...patch } };
}
