import type { JsonObject, JsonValue } from '@caretaker/kube';
import { type StatusDetails, StatusError } from '../../server/status-error.ts';
import { jsonProblem } from '../../wire/go-json.ts';
import { member, textOf } from '../json-members.ts';
import type { WebhookAnswer } from './call.ts';

/** What a webhook said. */
export interface WebhookVerdict {
  readonly allowed: boolean;
  readonly status: JsonObject;
  /** JSON patch operations; undefined when it patches nothing. */
  readonly patch: JsonValue[] | undefined;
  readonly warnings: readonly string[];
}

const TYPE_META = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** Reads the answer to a review. Throws an Error that says what is wrong with it. */
export function readVerdict(answer: WebhookAnswer, uid: string, mutating: boolean): WebhookVerdict {
  if (answer.status < 200 || answer.status > 206) throw new Error(`failed to call webhook: ${httpProblem(answer.status)}`);
  const review = parse(answer.body);
  const apiVersion = textOf(review['apiVersion']);
  if (textOf(review['kind']) !== 'AdmissionReview' || (apiVersion !== 'admission.k8s.io/v1' && apiVersion !== 'admission.k8s.io/v1beta1')) {
    throw new Error(
      `received invalid webhook response: expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${apiVersion}, Kind=${textOf(review['kind'])}`,
    );
  }
  if (review['response'] === undefined || review['response'] === null) throw new Error('webhook response was absent');
  const response = member(review, 'response');
  if (response['uid'] !== uid)
    throw new Error(
      `received invalid webhook response: expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response['uid'] ?? '')}`,
    );
  const patch = textOf(response['patch']);
  if (patch !== '' && !mutating)
    throw new Error('received invalid webhook response: webhook response.patch is not allowed for validating webhooks');
  if (patch !== '' && response['patchType'] !== 'JSONPatch')
    throw new Error('received invalid webhook response: webhook returned response.patch but not response.patchType');
  return {
    allowed: response['allowed'] === true,
    status: member(response, 'status'),
    patch: patch === '' ? undefined : parsePatch(patch),
    warnings: Array.isArray(response['warnings']) ? response['warnings'].map(String) : [],
  };
}

function parse(body: string): JsonObject {
  const problem = jsonProblem(body);
  let value: JsonValue = body;
  // What is no JSON is read as YAML by the real server, where a bare word is a string.
  if (problem === undefined) value = JSON.parse(body) as JsonValue;
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  throw new Error(
    `failed to call webhook: couldn't get version/kind; json parse error: json: cannot unmarshal ${kind} into Go value of type ${TYPE_META}`,
  );
}

function parsePatch(base64: string): JsonValue[] {
  const value = JSON.parse(Buffer.from(base64, 'base64').toString('utf8')) as JsonValue;
  if (!Array.isArray(value)) throw new Error('received invalid webhook response: the patch is no list of operations');
  return value;
}

function httpProblem(status: number): string {
  switch (status) {
    case 404:
      return 'the server could not find the requested resource';
    case 401:
      return 'the server has asked for the client to provide credentials';
    case 403:
      return 'an error on the server ("unknown") has prevented the request from succeeding';
    default:
      return status >= 500 || status < 400
        ? 'an error on the server ("unknown") has prevented the request from succeeding'
        : `the server rejected our request for an unknown reason`;
  }
}

/** The refusal in the webhook's words. Without a code it is 400, and without a reason it has none. */
export function denial(name: string, status: JsonObject): StatusError {
  const code = Number(status['code'] ?? 0);
  const reason = textOf(status['reason']);
  const said = textOf(status['message']) || reason;
  const prefix = `admission webhook ${JSON.stringify(name)} denied the request`;
  const message = said === '' ? `${prefix} without explanation` : `${prefix}: ${said}`;
  const details = status['details'] === undefined ? undefined : (member(status, 'details') as StatusDetails);
  return new StatusError(Math.max(code, 400), reason, message, details);
}
