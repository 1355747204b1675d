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
  const response = member(review, 'response');
  const patch = verified(review, uid, mutating);
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

const REVIEW = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' };

/** The patch of a review that answers this one, in base64. Throws an Error. */
function verified(review: JsonObject, uid: string, mutating: boolean): string {
  const invalid = (why: string): Error => new Error(`received invalid webhook response: ${why}`);
  if (review['response'] === undefined || review['response'] === null) throw invalid('webhook response was absent');
  const response = member(review, 'response');
  if (response['uid'] !== uid) throw invalid(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response['uid'] ?? '')}`);
  const [apiVersion, kind] = [textOf(review['apiVersion']), textOf(review['kind'])];
  if (apiVersion !== REVIEW.apiVersion || kind !== REVIEW.kind)
    throw invalid(`expected webhook response of ${REVIEW.apiVersion}, Kind=${REVIEW.kind}, got ${apiVersion || '/'}, Kind=${kind}`);
  const patch = textOf(response['patch']);
  const patchType = response['patchType'] ?? undefined;
  if (!mutating) {
    if (patch !== '') throw invalid('validating webhook may not return response.patch');
    if (patchType !== undefined) throw invalid('validating webhook may not return response.patchType');
    return patch;
  }
  if (patch !== '' && patchType === undefined) throw invalid('webhook returned response.patch but not response.patchType');
  if (patch === '' && patchType !== undefined) throw invalid('webhook returned response.patchType but not response.patch');
  if (patchType === '') throw invalid('webhook returned invalid response.patchType of ""');
  return patch;
}

/** What the client knows is the review in two versions, of which it was asked for one. Throws an Error. */
function checkKnown(review: JsonObject): void {
  const apiVersion = textOf(review['apiVersion']) || REVIEW.apiVersion;
  const kind = textOf(review['kind']) || REVIEW.kind;
  if (kind === REVIEW.kind && apiVersion === REVIEW.apiVersion) return;
  if (kind === REVIEW.kind && apiVersion === 'admission.k8s.io/v1beta1')
    throw new Error('converting (v1beta1.AdmissionReview) to (v1.AdmissionReview): unknown conversion');
  throw new Error(
    `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:110"`,
  );
}

function called(answer: WebhookAnswer): JsonObject {
  try {
    const review = readAnswer(answer);
    checkKnown(review);
    return review;
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
