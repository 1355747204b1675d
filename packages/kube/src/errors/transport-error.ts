import { KubeError } from './kube-error.ts';

export type TransportFailure = 'refused' | 'reset' | 'timeout' | 'tls' | 'dns' | 'aborted' | 'closed' | 'fenced' | 'unreachable';

const texts: Record<TransportFailure, { words: string; hint: string; retryable: boolean }> = {
  refused: { words: 'connection refused', hint: 'nothing listens at the address of the API server', retryable: true },
  reset: {
    words: 'connection reset',
    hint: 'the connection broke before the answer was complete; the request may have taken effect',
    retryable: true,
  },
  timeout: { words: 'timeout', hint: 'the API server did not answer in time; the request may have taken effect', retryable: true },
  tls: { words: 'TLS handshake failed', hint: 'check the certificate authority and tls-server-name of the cluster', retryable: false },
  dns: { words: 'name of the API server not found', hint: 'check the server address in the kubeconfig', retryable: true },
  aborted: { words: 'request aborted', hint: '', retryable: true },
  closed: { words: 'transport is closed', hint: '', retryable: false },
  fenced: { words: 'not sent: leadership is not certain', hint: 'another replica may be leading', retryable: true },
  unreachable: { words: 'API server not reachable', hint: 'check network and proxy settings', retryable: true },
};

/** No answer came. Whether the request took effect is not known, except for `refused`, `dns`, `tls`, `closed` and `fenced`: it did not. */
export class TransportError extends KubeError {
  readonly failure: TransportFailure;

  constructor(failure: TransportFailure, detail: string, cause?: unknown) {
    const text = texts[failure];
    super(`KUBE_TRANSPORT_${failure.toUpperCase()}`, detail === '' ? text.words : `${text.words}: ${detail}`, {
      cause,
      retryable: text.retryable,
      hint: text.hint,
    });
    this.failure = failure;
  }

  /** The request cannot have reached the server. */
  get notSent(): boolean {
    return ['refused', 'dns', 'tls', 'closed', 'fenced'].includes(this.failure);
  }
}

/** What a call rejects with when its signal has aborted: the reason itself when it is one of our errors (a deadline), else `aborted`. */
export function abortError(signal: AbortSignal): KubeError {
  const reason: unknown = signal.reason;
  return reason instanceof KubeError ? reason : new TransportError('aborted', '', reason);
}
