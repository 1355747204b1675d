import { asError, KubeError } from '../errors/kube-error.ts';
import { abortError, TransportError, type TransportFailure } from '../errors/transport-error.ts';
import { textAt } from '../json/read.ts';

const failures: Readonly<Record<string, TransportFailure>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'reset',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  UND_ERR_CLOSED: 'closed',
  UND_ERR_DESTROYED: 'closed',
};

const certificateCodes = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|EPROTO$)/;

/** What a socket, undici or a transport of somebody else's threw, in our terms. Errors of ours stay as they are. */
export function transportFailure(thrown: unknown, signal: AbortSignal | undefined): KubeError {
  if (thrown instanceof KubeError) return thrown;
  if (signal?.aborted) return abortError(signal);
  const error = asError(thrown);
  const code = textAt(error, 'code') ?? textAt(error.cause, 'code') ?? '';
  const failure = failures[code] ?? (certificateCodes.test(code) ? 'tls' : 'unreachable');
  return new TransportError(failure, error.message === '' ? code : error.message, error);
}
