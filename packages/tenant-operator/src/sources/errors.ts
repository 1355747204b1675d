/** What can go wrong with a database. No message ever holds a credential or a value of a row. */

export const sourceErrorHints = {
  ConnectionRefused: 'check spec.source host and port, and that the database is running and reachable from the operator (network policies)',
  ConnectionLost:
    'nothing is removed because of it; the next sync reads again. If it comes back often, look at the database log and at proxies in between',
  HostNotFound: 'check spec.source host; nslookup it from the operator pod',
  AuthenticationFailed: 'check username and the Secret named in passwordRef; the password is read again at the next sync',
  TLSFailed: 'check spec.source tls: mode, caRef, and that the certificate names the host',
  Timeout: 'the read took longer than spec.source.queryTimeout: check the load of the database, add an index or a view, or raise the limit',
  DatabaseMissing: 'check spec.source database (or sqlite.path)',
  TableMissing: 'check spec.source table, and that the user may see it',
  ColumnMissing: 'check valueMappings, extraValueMappings and secretValueMappings against the columns of the table',
  PermissionDenied: 'grant the user SELECT on the table',
  IncompleteRead: 'nothing is removed because of it; the next sync reads again',
  SecretMissing: 'create the Secret with that key in the namespace of the registry',
  ConfigInvalid: 'correct the field named',
  QueryFailed: 'the message is the answer of the database',
} as const;

export type SourceErrorCode = keyof typeof sourceErrorHints;

const lasting: ReadonlySet<SourceErrorCode> = new Set([
  'ConfigInvalid',
  'TableMissing',
  'ColumnMissing',
  'DatabaseMissing',
  'PermissionDenied',
]);

/** A read of the rows failed. Tenants stay as they are. */
export class SourceError extends Error {
  readonly code: SourceErrorCode;
  readonly hint: string;
  /** Whether trying again without a change by somebody may help. */
  readonly retryable: boolean;
  /** The column at fault, for ColumnMissing. */
  readonly column: string | undefined;

  constructor(code: SourceErrorCode, message: string, options: { cause?: unknown; column?: string | undefined } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SourceError';
    this.code = code;
    this.hint = sourceErrorHints[code];
    this.retryable = !lasting.has(code);
    this.column = options.column;
  }
}

/** `code` and `message` of whatever a driver threw. */
export function driverError(error: unknown): { code: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return driverError(error.errors[0]);
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const code = 'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? String(error.code) : '';
  return { code, message: error.message };
}

const network: Record<string, SourceErrorCode> = {
  ECONNREFUSED: 'ConnectionRefused',
  ENOTFOUND: 'HostNotFound',
  EAI_AGAIN: 'HostNotFound',
  ECONNRESET: 'ConnectionLost',
  EPIPE: 'ConnectionLost',
  ETIMEDOUT: 'Timeout',
  EHOSTUNREACH: 'ConnectionRefused',
  ENETUNREACH: 'ConnectionRefused',
  PROTOCOL_CONNECTION_LOST: 'ConnectionLost',
  CERT_HAS_EXPIRED: 'TLSFailed',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'TLSFailed',
  SELF_SIGNED_CERT_IN_CHAIN: 'TLSFailed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'TLSFailed',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'TLSFailed',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TLSFailed',
  HANDSHAKE_NO_SSL_SUPPORT: 'TLSFailed',
  HANDSHAKE_SSL_ERROR: 'TLSFailed',
};

/** The class of a failure of the way to the database, the same for every driver; undefined when the code says nothing about it. */
export function networkErrorCode(code: string, message: string): SourceErrorCode | undefined {
  const known = network[code];
  if (known) return known;
  if (/SSL|TLS|certificate/i.test(message) && !/query|syntax/i.test(message)) return 'TLSFailed';
  if (/Connection terminated|connection (is )?closed|read ECONNRESET|socket has been ended|Connection lost/i.test(message))
    return 'ConnectionLost';
  return undefined;
}

const words: Partial<Record<SourceErrorCode, string>> = {
  ConnectionRefused: 'connection refused',
  ConnectionLost: 'connection lost in the middle of a read',
  HostNotFound: 'host not found',
  AuthenticationFailed: 'authentication failed: unauthorized',
  TLSFailed: 'TLS handshake failed',
  Timeout: 'timeout',
};

/** The message of a failure of the way to the database. */
export function networkMessage(code: SourceErrorCode, description: string, detail: string): string {
  return `${words[code] ?? 'query failed'}: ${description} (${detail})`;
}
