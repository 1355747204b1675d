/** What Go's net package says of a connection that was not made. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  EADDRNOTAVAIL: 'cannot assign requested address',
  ETIMEDOUT: 'connection timed out',
};

/** `address` is host:port. Other failures are told in their own words. */
export function dialFault(error: NodeJS.ErrnoException, network: 'tcp' | 'tcp4', address: string): string {
  const words = WORDS[error.code ?? ''];
  return words === undefined ? error.message : `dial ${network} ${address}: connect: ${words}`;
}
