import type { JsonObject, JsonValue } from '@caretaker/kube';
import { goYaml } from '../../wire/go-yaml.ts';
import { encodeProtobuf } from '../../wire/protobuf-encode.ts';
import { PROTOBUF } from '../../wire/read-body.ts';
import { preferredFormat } from './negotiation.ts';
import type { StatusError } from './status-error.ts';

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

/** A refusal in protobuf. Other answers stay as they are. */
function asProtobuf(answer: Answer): Answer {
  const body = encodeProtobuf(JSON.parse(String(answer.body)) as JsonObject);
  return body === undefined ? answer : { ...answer, headers: { ...answer.headers, 'content-type': PROTOBUF }, body };
}

/** A JSON answer in the format that is preferred: refusals and documents are, too. */
export function asAccepted(answer: Answer, request: { readonly headers: Readonly<Record<string, string>> }): Answer {
  const accept = request.headers['accept'];
  if (accept === undefined || answer.headers['content-type'] !== 'application/json' || typeof answer.body !== 'string') return answer;
  switch (preferredFormat(accept)) {
    case 'protobuf':
      return asProtobuf(answer);
    case 'yaml':
      return {
        ...answer,
        headers: { ...answer.headers, 'content-type': 'application/yaml' },
        body: goYaml(JSON.parse(answer.body) as JsonValue),
      };
    default:
      return answer;
  }
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
