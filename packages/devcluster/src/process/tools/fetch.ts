import { request } from 'node:http';
import { request as secureRequest } from 'node:https';

export interface FetchOptions {
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | undefined;
  insecure: boolean;
}

export interface Fetched {
  status: number;
  head: string;
  body: Buffer;
}

/** One HTTP request through `http_proxy`, as curl and wget make it. */
export function fetchUrl(address: string, options: FetchOptions): Promise<Fetched> {
  const url = new URL(/^[a-z]+:\/\//i.test(address) ? address : `http://${address}`);
  const proxy = url.protocol === 'http:' ? process.env['http_proxy'] : undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const direct = { host, port, path: `${url.pathname}${url.search}` };
  const via = proxy ? { host: new URL(proxy).hostname, port: Number(new URL(proxy).port), path: url.href } : direct;
  const headers = { host: url.host, accept: '*/*', ...options.headers };
  const send = url.protocol === 'https:' ? secureRequest : request;
  return new Promise((resolve, reject) => {
    const outgoing = send({ ...via, method: options.method, headers, rejectUnauthorized: !options.insecure }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => parts.push(chunk));
      answer.once('end', () => {
        const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`);
        const head = `HTTP/${answer.httpVersion} ${answer.statusCode ?? 0} ${answer.statusMessage ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n`;
        resolve({ status: answer.statusCode ?? 0, head, body: Buffer.concat(parts) });
      });
    });
    outgoing.once('error', reject);
    outgoing.end(options.body);
  });
}
