import type { JsonObject, JsonValue } from '@caretaker/kube';
import { type StatusDetails, StatusError } from '../../server/answers/status-error.ts';
import { jsonProblem } from '../../wire/go-json.ts';
import { member, textOf } from '../json-members.ts';
import type { WebhookAnswer } from './call.ts';
import { readAnswer } from './read-answer.ts';

/** What a webhook said. */
export interface WebhookVerdict {
  readonly allowed: boolean;
  readonly status: JsonObject;
  /** JSON patch operations; undefined when it patches nothing. */
  readonly patch: JsonValue[] | undefined;
  readonly warnings: readonly string[];
}

/** Reads the answer to a review. Throws an Error that says what is wrong with it. */
export function readVerdict(answer: WebhookAnswer, uid: string, mutating: boolean): WebhookVerdict {
  const review = called(answer);
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
  if (patch !== '' && !mutating) throw new Error('received invalid webhook response: validating webhook may not return response.patch');
  if (patch !== '' && (response['patchType'] ?? '') === '')
    throw new Error('received invalid webhook response: webhook returned response.patch but not response.patchType');
  const operations = patch === '' ? undefined : parsePatch(patch);
  if (operations !== undefined && response['patchType'] !== 'JSONPatch')
    throw new Error(`unsupported patch type ${JSON.stringify(response['patchType'])}`);
  return {
    allowed: response['allowed'] === true,
    status: member(response, 'status'),
    patch: operations,
    warnings: Array.isArray(response['warnings']) ? response['warnings'].map(String) : [],
  };
}

function called(answer: WebhookAnswer): JsonObject {
  try {
    return readAnswer(answer);
  } catch (error) {
    throw new Error(`failed to call webhook: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function parsePatch(base64: string): JsonValue[] {
  const text = Buffer.from(base64, 'base64').toString('utf8');
  const undecodable = (why: string): Error => new Error(`received undecodable patch in webhook response: ${why}`);
  const problem = jsonProblem(text);
  if (problem !== undefined) throw undecodable(problem);
  const value = JSON.parse(text) as JsonValue;
  if (Array.isArray(value)) return value;
  const kind = value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value;
  throw undecodable(`json: cannot unmarshal ${kind} into Go value of type jsonpatch.Patch`);
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
