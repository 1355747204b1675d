/** Asks conversion webhooks. */
import type { Clock, KubeObject, Random } from '@caretaker/kube';
import { callWebhook } from '../admission/webhook/call.ts';
import { endpointOf } from '../admission/webhook/endpoint.ts';
import { readAnswer } from '../admission/webhook/read-answer.ts';
import type { ConversionWebhook } from '../schema/contract.ts';
import { newUid } from '../server/writes/object-meta.ts';
import type { Store } from '../storage/store.ts';
import { asObject, asSent, ConversionNeeded, isKnown, learn } from './known.ts';
import { checkConverted, conversionReview, convertedObjects, reviewVersion } from './review.ts';

export interface ConversionContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
}

/** A webhook did not convert; the message is the server's. */
export class ConversionFailed extends Error {
  readonly code = 'CONVERSION_FAILED';
  readonly retryable = true;
  readonly hint = 'see to the webhook that the definition names';
}

/** As long as clients of webhooks wait that are given no time. */
const TIMEOUT_SECONDS = 30;

/** Learns how an object looks at another version. Throws ConversionFailed. */
async function ask(context: ConversionContext, hook: ConversionWebhook, object: KubeObject, apiVersion: string): Promise<void> {
  const version = reviewVersion(hook.reviewVersions);
  if (version === undefined) throw new ConversionFailed('no supported conversion review versions');
  const about = `conversion webhook for ${object.apiVersion}, Kind=${object.kind}`;
  const sent = asSent(object);
  const uid = newUid(context.random);
  const objects = await wordedAs(`${about} failed: `, async () => {
    const endpoint = endpointOf(context.store, hook.webhook, TIMEOUT_SECONDS);
    const answer = await callWebhook(endpoint, conversionReview(version, uid, sent, apiVersion), TIMEOUT_SECONDS, context.clock);
    return convertedObjects(readAnswer(answer), version, uid);
  });
  const [made] = objects;
  if (made === undefined || objects.length !== 1) throw new ConversionFailed(`${about} returned ${objects.length} objects, expected 1`);
  learn(hook, object, asObject(await wordedAs(`${about} `, async () => checkConverted(object, made, apiVersion))));
}

async function wordedAs<Result>(words: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw new ConversionFailed(`${words}${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Asks unless the answer is known. Throws ConversionFailed. */
export async function convertAhead(
  context: ConversionContext,
  hook: ConversionWebhook,
  object: KubeObject,
  apiVersion: string,
): Promise<void> {
  if (!isKnown(hook, object, apiVersion)) await ask(context, hook, object, apiVersion);
}

/** Asks, also when the answer is known: webhooks may change their minds. */
export async function convertAgain(
  context: ConversionContext,
  hook: ConversionWebhook,
  object: KubeObject,
  apiVersion: string,
): Promise<void> {
  if (object.apiVersion !== apiVersion) await ask(context, hook, object, apiVersion);
}

/** Runs what may need conversions, again after each that it asks for: it must have done nothing by then. */
export async function withConversions<Result>(context: ConversionContext, run: () => Result): Promise<Result> {
  for (;;) {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof ConversionNeeded)) throw error;
      await ask(context, error.hook, error.object, error.apiVersion);
    }
  }
}
