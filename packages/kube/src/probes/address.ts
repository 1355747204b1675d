import { KubeError } from '../errors/kube-error.ts';

export interface Address {
  /** All interfaces when undefined. */
  host: string | undefined;
  port: number;
}

/** Reads a bind address as Go programs take it: `:8080`, `127.0.0.1:8080`, `[::1]:0`; `0` or nothing means off (undefined). */
export function parseAddress(text: string): Address | undefined {
  if (text === '' || text === '0') return undefined;
  const colon = text.lastIndexOf(':');
  const port = Number(text.slice(colon + 1));
  if (colon < 0 || !Number.isInteger(port) || port < 0 || port > 65_535 || text.endsWith(':')) {
    throw new KubeError('KUBE_BIND_ADDRESS', `"${text}" is not a bind address`, { hint: 'write :8080, 127.0.0.1:8080, or 0 for none' });
  }
  const host = text.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return { host: host === '' ? undefined : host, port };
}
