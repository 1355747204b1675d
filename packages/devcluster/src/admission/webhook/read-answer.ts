import type { JsonObject, JsonValue } from '@caretaker/kube';
import { jsonProblem } from '../../wire/go-json.ts';
import type { WebhookAnswer } from './call.ts';

const TYPE_META = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** The body of a webhook's answer. Throws an Error in the words of Go's client for what is no answer. */
export function readAnswer({ status, body, contentType }: WebhookAnswer): JsonObject {
  if (status < 200 || status > 206) throw new Error(httpProblem(status));
  if (body === '') throw new Error(`0-length response with status code: ${status} and content type: ${contentType}`);
  const problem = jsonProblem(body);
  // What is no JSON is read as YAML by the real server, where a bare word is a string.
  const value = problem === undefined ? (JSON.parse(body) as JsonValue) : body;
  // null changes nothing that Go reads it into
  if (value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value;
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  throw new Error(`couldn't get version/kind; json parse error: json: cannot unmarshal ${kind} into Go value of type ${TYPE_META}`);
}

function httpProblem(status: number): string {
  const known = HTTP_PROBLEMS[status];
  if (known !== undefined) return known;
  if (status >= 500) return 'an error on the server ("unknown") has prevented the request from succeeding';
  return `the server responded with the status code ${status} but did not return more information`;
}

const HTTP_PROBLEMS: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  403: 'unknown',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  406: 'unknown',
  409: 'the server reported a conflict',
  415: 'unknown',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
};
