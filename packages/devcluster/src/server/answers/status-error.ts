/** One cause of a Status. */
export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

/** meta/v1 StatusDetails. */
export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** meta/v1 Status of a failure, as the body of an answer. */
export interface FailureStatus {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: { readonly continue?: string };
  status: 'Failure';
  message: string;
  reason?: string;
  details?: StatusDetails;
  code: number;
}

/** The server says no: carries the Status that the client gets. */
export class StatusError extends Error {
  /** HTTP status. */
  readonly httpStatus: number;
  /** meta/v1 StatusReason, e.g. `NotFound`; empty when the server gives none. */
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  readonly code: string;
  readonly retryable: boolean;
  readonly hint: string;

  constructor(httpStatus: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.name = 'StatusError';
    this.httpStatus = httpStatus;
    this.reason = reason;
    this.details = details;
    this.code = `STATUS_${(reason || String(httpStatus)).toUpperCase()}`;
    this.retryable = httpStatus === 409 || httpStatus === 429 || httpStatus >= 500;
    this.hint = details?.causes?.[0]?.message ?? message;
  }

  /** The Status object; members without a value are left out, as Go's omitempty does. */
  /** Of a page that came too late: where an inconsistent list may go on. */
  continueToken: string | undefined;

  body(): FailureStatus {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.continueToken === undefined ? {} : { continue: this.continueToken },
      status: 'Failure',
      message: this.message,
      ...(this.reason ? { reason: this.reason } : {}),
      ...(this.details ? { details: this.details } : {}),
      code: this.httpStatus,
    };
  }
}
