/** What conversion webhooks have answered, for those who cannot wait for an answer. */
import type { JsonObject, KubeObject, ObjectMeta } from '@caretaker/kube';
import type { ConversionWebhook } from '../schema/contract.ts';

/** Says that a webhook has to be asked first; whoever catches it asks and begins again. */
export class ConversionNeeded extends Error {
  readonly code = 'CONVERSION_NEEDED';
  readonly retryable = true;
  readonly hint = 'ask the conversion webhook, then begin again';
  readonly hook: ConversionWebhook;
  readonly object: KubeObject;
  readonly apiVersion: string;

  constructor(hook: ConversionWebhook, object: KubeObject, apiVersion: string) {
    super(`an object has to be converted to ${apiVersion}`);
    this.hook = hook;
    this.object = object;
    this.apiVersion = apiVersion;
  }
}

/** So many answers are kept per definition; a change of the definition forgets them. */
const MOST = 100_000;

const answers = new WeakMap<ConversionWebhook, Map<string, KubeObject>>();

/** The object as webhooks are sent it: a stored one has no version. */
export function asSent(object: KubeObject): KubeObject {
  const { resourceVersion: _version, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Who manages what does not matter to a conversion. */
function keyOf(object: KubeObject, apiVersion: string): string {
  const { managedFields: _managed, resourceVersion: _version, ...metadata } = object.metadata ?? {};
  return `${apiVersion} ${JSON.stringify({ ...object, metadata })}`;
}

/** The object at another version. Throws ConversionNeeded when the webhook was not asked yet. */
export function converted(hook: ConversionWebhook, object: KubeObject, apiVersion: string): KubeObject {
  if (object.apiVersion === apiVersion) return object;
  const answer = answers.get(hook)?.get(keyOf(object, apiVersion));
  if (answer === undefined) throw new ConversionNeeded(hook, object, apiVersion);
  return withMetadataOf(object, answer);
}

export function isKnown(hook: ConversionWebhook, object: KubeObject, apiVersion: string): boolean {
  return object.apiVersion === apiVersion || answers.get(hook)?.has(keyOf(object, apiVersion)) === true;
}

export function learn(hook: ConversionWebhook, object: KubeObject, answer: KubeObject): void {
  const known = answers.get(hook) ?? new Map<string, KubeObject>();
  answers.set(hook, known);
  const [oldest] = known.keys();
  if (known.size >= MOST && oldest !== undefined) known.delete(oldest);
  known.set(keyOf(object, answer.apiVersion ?? ''), answer);
}

/** Of metadata a webhook changes labels and annotations only. */
function withMetadataOf(object: KubeObject, answer: KubeObject): KubeObject {
  const { labels: _labels, annotations: _annotations, ...rest } = object.metadata ?? {};
  const { labels, annotations } = answer.metadata ?? {};
  const metadata: ObjectMeta = { ...rest, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
  return structuredClone({ ...answer, metadata });
}

/** `made` read as an object that has at least metadata. */
export const asObject = (made: JsonObject): KubeObject => made as unknown as KubeObject;
