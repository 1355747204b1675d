import type { TypeInfo } from '../../schema/contract.ts';
import { type StatusCause, type StatusDetails, StatusError } from './status-error.ts';

/** `group` and plural of what a failure is about; members without a value are left out. */
export interface About {
  readonly group: string;
  readonly plural: string;
}

function details(about: About, name: string | undefined, more: Partial<StatusDetails> = {}): StatusDetails {
  return {
    ...(name === undefined || name === '' ? {} : { name }),
    ...(about.group === '' ? {} : { group: about.group }),
    kind: about.plural,
    ...more,
  };
}

/** `deployments.apps`, `pods`. */
export function qualified(about: About): string {
  return about.group === '' ? about.plural : `${about.plural}.${about.group}`;
}

export function notFound(about: About, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${qualified(about)} ${JSON.stringify(name)} not found`, details(about, name));
}

/** A path that no resource has. */
export function unknownPath(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function methodNotAllowed(): StatusError {
  return new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

/** A verb that the resource does not have, on a path that exists. */
export function methodNotSupported(about: About, verb: string): StatusError {
  return new StatusError(
    405,
    'MethodNotAllowed',
    `${verb} is not supported on resources of kind "${qualified(about)}"`,
    details(about, undefined),
  );
}

export function alreadyExists(about: About, name: string, beingDeleted: boolean): StatusError {
  const prefix = beingDeleted ? 'object is being deleted: ' : '';
  return new StatusError(409, 'AlreadyExists', `${prefix}${qualified(about)} ${JSON.stringify(name)} already exists`, details(about, name));
}

export function conflict(about: About, name: string, cause: string): StatusError {
  return new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(about)} ${JSON.stringify(name)}: ${cause}`,
    details(about, name),
  );
}

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

export function forbidden(about: About, name: string | undefined, why: string, causes?: StatusCause[]): StatusError {
  const subject = name === undefined || name === '' ? qualified(about) : `${qualified(about)} ${JSON.stringify(name)}`;
  return new StatusError(403, 'Forbidden', `${subject} is forbidden: ${why}`, details(about, name, causes === undefined ? {} : { causes }));
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

/** The plain 500 without a reason that Go errors become. */
export function plainError(message: string): StatusError {
  return new StatusError(500, '', message);
}

export function internalError(message: string): StatusError {
  return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

/** 422 with one message made of all causes, as field.ErrorList aggregates. `kind` is the kind, not the plural. */
export function invalid(about: { group: string; kind: string }, name: string, causes: readonly StatusCause[]): StatusError {
  const texts = [...new Set(causes.map((cause) => (cause.field ? `${cause.field}: ${cause.message ?? ''}` : (cause.message ?? ''))))];
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const subject = about.group === '' ? about.kind : `${about.kind}.${about.group}`;
  return new StatusError(422, 'Invalid', `${subject} ${JSON.stringify(name)} is invalid: ${text ?? ''}`, {
    ...(name === '' ? {} : { name }),
    ...(about.group === '' ? {} : { group: about.group }),
    kind: about.kind,
    causes: [...causes],
  });
}

/** 422 on query parameters (`ListOptions.meta.k8s.io ""`). */
export function invalidOptions(kind: string, causes: readonly StatusCause[]): StatusError {
  return invalid({ group: 'meta.k8s.io', kind }, '', causes);
}

export function tooManyRequests(message: string, retryAfterSeconds: number): StatusError {
  return new StatusError(429, 'TooManyRequests', message, { retryAfterSeconds });
}

export function tooLargeBody(limit: number): StatusError {
  return new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`);
}

/** The version asked for is gone. */
export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message);
}

export function aboutType(type: TypeInfo): About {
  return { group: type.group, plural: type.plural };
}
