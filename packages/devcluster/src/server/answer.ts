import { stringify as yamlText } from 'yaml';
import { encodeStatus } from '../wire/protobuf-status.ts';
import type { FailureStatus, StatusError } from './status-error.ts';

/** Where a streamed answer goes. */
export interface StreamSink {
  /** One piece of the body, flushed at once. */
  write(text: string | Uint8Array): void;
  end(): void;
}

/** Starts writing to the sink and returns what stops it when the client goes away. */
export type StreamBody = (sink: StreamSink) => () => void;

/** What the server answers, whatever carries it. Header names are lower-case. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[]>;
  body: string | Uint8Array | { readonly stream: StreamBody };
}

export function jsonAnswer(status: number, body: unknown, headers: Record<string, string | string[]> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: `${JSON.stringify(body)}\n` };
}

/** A refusal for who reads nothing but protobuf. Other answers stay as they are. */
function asProtobuf(answer: Answer): Answer {
  const body: unknown = JSON.parse(String(answer.body));
  if (body === null || typeof body !== 'object' || !('kind' in body) || body.kind !== 'Status') return answer;
  return {
    ...answer,
    headers: { ...answer.headers, 'content-type': 'application/vnd.kubernetes.protobuf' },
    body: encodeStatus(body as FailureStatus),
  };
}

/** A JSON answer as YAML, for who prefers that: also refusals are. */
export function asAccepted(answer: Answer, request: { readonly headers: Readonly<Record<string, string>> }): Answer {
  const accept = request.headers['accept'] ?? '';
  const isJson = answer.headers['content-type'] === 'application/json' && typeof answer.body === 'string';
  if (isJson && /^[^*]*protobuf[^*]*$/i.test(accept) && !/json|yaml/i.test(accept)) return asProtobuf(answer);
  if (!isJson || !/^\s*application\/yaml/i.test(accept)) return answer;
  return { ...answer, headers: { ...answer.headers, 'content-type': 'application/yaml' }, body: yamlText(JSON.parse(String(answer.body))) };
}

export function textAnswer(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }, body };
}

export function statusAnswer(error: StatusError): Answer {
  const retryAfter = error.details?.retryAfterSeconds;
  return jsonAnswer(error.httpStatus, error.body(), retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) });
}

/** The plain text answer of the outermost handler: an unknown group or path. */
export const pageNotFound = (): Answer => textAnswer(404, '404 page not found\n');
