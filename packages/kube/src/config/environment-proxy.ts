/** The proxy that HTTPS_PROXY / HTTP_PROXY ask for, unless NO_PROXY names the server. Loopback is never proxied. */
export function environmentProxy(server: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { protocol, hostname, port } = new URL(server);
  if (hostname === 'localhost' || hostname.startsWith('127.') || hostname === '[::1]') return undefined;
  const proxy = protocol === 'https:' ? (env['HTTPS_PROXY'] ?? env['https_proxy']) : (env['HTTP_PROXY'] ?? env['http_proxy']);
  if (proxy === undefined || proxy === '') return undefined;
  const exceptions = (env['NO_PROXY'] ?? env['no_proxy'] ?? '').split(',').map((entry) => entry.trim().toLowerCase());
  return exceptions.some((entry) => matches(entry, hostname.toLowerCase(), port)) ? undefined : proxy;
}

function matches(entry: string, hostname: string, port: string): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  if (entry.includes('/')) return inRange(entry, hostname);
  const [name = '', wantedPort] = entry.split(':');
  if (wantedPort !== undefined && wantedPort !== (port === '' ? '443' : port)) return false;
  const suffix = name.replace(/^\*?\./, '');
  return hostname === suffix || hostname.endsWith(`.${suffix}`);
}

/** IPv4 in CIDR notation, as NO_PROXY often names the service network. */
function inRange(range: string, hostname: string): boolean {
  const [base = '', bits = ''] = range.split('/');
  const from = ipv4(base);
  const address = ipv4(hostname);
  const length = Number(bits);
  if (from === undefined || address === undefined || !Number.isInteger(length) || length < 0 || length > 32) return false;
  const size = 2 ** (32 - length);
  return Math.floor(from / size) === Math.floor(address / size);
}

function ipv4(text: string): number | undefined {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}
