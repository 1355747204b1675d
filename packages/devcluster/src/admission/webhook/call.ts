import { request as httpsRequest } from 'node:https';
import type { Clock } from '@caretaker/kube';
import { dialFault } from '../../wire/go-dial.ts';

/** Where a webhook is, and how to know it. */
export interface WebhookEndpoint {
  /** Shown in errors and asked for. */
  readonly url: string;
  /** Where to connect instead of the URL's host, for services. */
  readonly connect?: { readonly host: string; readonly port: number };
  readonly ca: string | undefined;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** POSTs a review. Rejects with a message as Go's HTTP client words it. */
export function callWebhook(endpoint: WebhookEndpoint, body: string, timeoutSeconds: number, clock: Clock): Promise<WebhookAnswer> {
  const url = asked(endpoint.url, timeoutSeconds);
  const shown = `Post ${JSON.stringify(endpoint.connect === undefined ? url.toString() : serviceUrl(url))}`;
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      {
        method: 'POST',
        host: endpoint.connect?.host ?? url.hostname,
        port: endpoint.connect?.port ?? (url.port === '' ? 443 : Number(url.port)),
        ...(/^[\d.]+$|:/.test(url.hostname) ? {} : { servername: url.hostname }),
        path: `${url.pathname}${url.search}`,
        headers: {
          accept: 'application/json, */*',
          'content-type': 'application/json',
          host: url.host,
          'content-length': Buffer.byteLength(body),
          'user-agent': 'kube-apiserver-admission',
        },
        ...(endpoint.ca === undefined ? {} : { ca: endpoint.ca }),
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          timer.cancel();
          const contentType = response.headers['content-type'] ?? '';
          resolve({ status: response.statusCode ?? 0, contentType, body: Buffer.concat(chunks).toString('utf8') });
        });
        response.on('error', (error) => fail(error.message));
      },
    );
    const fail = (why: string): void => {
      timer.cancel();
      reject(new Error(`${shown}: ${why}`));
    };
    const timer = clock.after(timeoutSeconds * 1000, () => {
      request.destroy();
      reject(new Error(`${shown}: context deadline exceeded`));
    });
    request.on('error', (error: NodeJS.ErrnoException) => fail(reason(error, endpoint, url)));
    request.end(body);
  });
}

function asked(text: string, timeoutSeconds: number): URL {
  const url = new URL(text);
  url.searchParams.set('timeout', `${timeoutSeconds}s`);
  return url;
}

/** Services are shown with their port, also the usual one. */
const serviceUrl = (url: URL): string => `${url.protocol}//${url.hostname}:${url.port || '443'}${url.pathname}${url.search}`;

/** The refusal of a service that cannot be reached. */
export function unreachable(address: string, timeoutSeconds: number, why: string): Error {
  return new Error(`Post ${JSON.stringify(serviceUrl(asked(address, timeoutSeconds)))}: ${why}`);
}

function reason(error: NodeJS.ErrnoException, endpoint: WebhookEndpoint, url: URL): string {
  const host = endpoint.connect?.host ?? url.hostname;
  const port = endpoint.connect?.port ?? (url.port === '' ? 443 : Number(url.port));
  if (error.code === 'ENOTFOUND') return `dial tcp: lookup ${host}: no such host`;
  if (/certificate|self-signed|issuer/i.test(error.message))
    return `tls: failed to verify certificate: x509: certificate signed by unknown authority`;
  return error.code === 'ECONNRESET' ? 'EOF' : dialFault(error, 'tcp', `${host}:${port}`);
}
