import { at, isObject, listAt, numberAt, textAt } from '../json/read.ts';
import type { ApiStatus } from '../types/client.ts';

/** Reasons for answers that carry no Status object (a proxy's, or of an overloaded server). */
const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** Longest piece of a body that is no Status which is quoted in an error, characters. */
const quoteLength = 256;

/** The Status of a refusal: from the body when it is one, else made up from the HTTP answer. */
export function statusOf(code: number, body: string, retryAfterSeconds: number | undefined): ApiStatus {
  const parsed = parseJson(body);
  if (isObject(parsed) && parsed['kind'] === 'Status') return readStatus(parsed, code, retryAfterSeconds);
  const text = body.trim();
  return {
    code,
    reason: reasons[code] ?? 'Unknown',
    message: text === '' ? `HTTP status ${code}` : text.length > quoteLength ? `${text.slice(0, quoteLength)}…` : text,
    causes: [],
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

/** Reads meta/v1 Status. `code` serves when it has none. */
export function readStatus(value: unknown, code: number, retryAfterSeconds?: number): ApiStatus {
  const status = numberAt(value, 'code') ?? code;
  const wait = retryAfterSeconds ?? numberAt(value, 'details', 'retryAfterSeconds');
  return {
    code: status,
    reason: textAt(value, 'reason') || (reasons[status] ?? 'Unknown'),
    message: textAt(value, 'message') ?? '',
    causes: listAt(value, 'details', 'causes').map(readCause),
    ...(wait === undefined || wait === 0 ? {} : { retryAfterSeconds: wait }),
  };
}

function readCause(cause: unknown): ApiStatus['causes'][number] {
  const reason = textAt(cause, 'reason');
  const message = textAt(cause, 'message');
  const field = textAt(cause, 'field');
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
    ...(field === undefined ? {} : { field }),
  };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds of a Retry-After header (the date form is not used by API servers). */
export function retryAfterSeconds(headers: Readonly<Record<string, string | string[]>>): number | undefined {
  const value = Number(at(headers, 'retry-after'));
  return Number.isFinite(value) && value > 0 ? value : undefined;
}
