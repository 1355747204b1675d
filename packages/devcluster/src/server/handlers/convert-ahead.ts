/** Asks conversion webhooks for what a read will show. */
import { ConversionFailed, convertAgain, convertAhead } from '../../conversion/ask.ts';
import type { ConversionWebhook, TypeInfo } from '../../schema/contract.ts';
import { apiVersionOf } from '../../schema/type-names.ts';
import { tooManyRequests } from '../answers/status-reasons.ts';
import type { AuthorizedRequest } from '../api-request.ts';
import { type ApiCore, inOwnVersion, tableOf } from '../core.ts';

/** One object is read from the storage each time. */
export async function convertNamed(core: ApiCore, type: TypeInfo, hook: ConversionWebhook, { target }: AuthorizedRequest): Promise<void> {
  const stored = tableOf(core, type).get(type.namespaced ? (target.namespace ?? '') : '', target.name ?? '');
  if (stored !== undefined) await convertAgain(core, hook, inOwnVersion(core, type, stored), apiVersionOf(type));
}

/** Lists and watches are served from a cache that holds each object at the version, or, while one cannot be converted, nothing at all. */
export async function convertAll(core: ApiCore, type: TypeInfo, hook: ConversionWebhook): Promise<void> {
  const apiVersion = apiVersionOf(type);
  try {
    for (const stored of [...tableOf(core, type).values()]) await convertAhead(core, hook, inOwnVersion(core, type, stored), apiVersion);
  } catch (error) {
    if (!(error instanceof ConversionFailed)) throw error;
    throw tooManyRequests(`storage is (re)initializing: failed to list ${apiVersion}, Kind=${type.kind}: ${error.message}`, 1);
  }
}
