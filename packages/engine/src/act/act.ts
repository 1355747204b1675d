import type { Memory } from '../decide/observation.ts';
import { seenText } from '../decide/observation.ts';
import { isNotFoundStatus } from '../errors/api-status.ts';
import { classify } from '../errors/classify.ts';
import { EngineError } from '../errors/engine-error.ts';
import type { Digest } from '../observe/digest.ts';
import type { Resource } from '../prepare/resource.ts';
import { redactMessage } from '../redact/redact.ts';
import type { Action } from '../types/action.ts';
import { applyObject, FieldConflictError } from './apply.ts';
import { type ActContext, requestOptions } from './context.ts';
import { deleteObject } from './delete.ts';
import { labelPods } from './label-pods.ts';
import { mergeObject, replaceObject } from './merge.ts';
import { pauseObject, reclaimObject, releaseObject } from './metadata-patches.ts';
import type { ActFailure, ActResult } from './result.ts';
import { verifyObject } from './verify.ts';

export interface Subject {
  /** Absent for orphans: there is nothing wanted. */
  resource: Resource | undefined;
  digest: Digest | undefined;
  memory: Memory;
}

/** Carries out one action. The only place that writes to the cluster. A refusal is a value; only an abort rejects. */
export async function act(action: Action, subject: Subject, context: ActContext): Promise<ActResult | ActFailure> {
  try {
    return await carryOut(action, subject, context);
  } catch (error) {
    context.signal?.throwIfAborted();
    return failure(error, action, subject, context);
  }
}

function carryOut(action: Action, subject: Subject, context: ActContext): Promise<ActResult> {
  const { resource, digest, memory } = subject;
  switch (action.type) {
    case 'delete':
      return deleteObject(action, context);
    case 'release':
      return releaseObject(action, digest?.owners ?? [], context);
    case 'reclaim':
      return reclaimObject(action, context);
    case 'pause':
      return pauseObject(action, context);
    case 'labelPods':
      return labelPods(action, context);
    case 'verify':
      return verifyObject(action, wanted(resource), context);
    case 'write':
      if (action.strategy === 'merge') return mergeObject(action, wanted(resource), digest, context);
      if (action.strategy === 'replace') return replaceObject(action, wanted(resource), digest, context);
      return applyObject(action, wanted(resource), digest, memory, context);
  }
}

function wanted(resource: Resource | undefined): Resource {
  if (!resource) throw new TypeError('an action that writes a wanted object came without the object');
  return resource;
}

async function failure(error: unknown, action: Action, subject: Subject, context: ActContext): Promise<ActFailure> {
  const classified = classify(error, action.ref);
  const sensitive = subject.resource?.sensitive ?? false;
  const redacted = sensitive ? redactMessage(classified.message, true, secretsOf(subject.resource)) : classified.message;
  const told =
    redacted === classified.message
      ? classified
      : new EngineError(classified.code, redacted, classified.hint === undefined ? {} : { hint: classified.hint });
  const opponents = error instanceof FieldConflictError ? error.opponents : [];
  if (told.code !== 'StaleRead' && !isNotFoundStatus(error)) return { error: told, opponents };
  return { error: told, opponents, ...(await reread(action, context)) };
}

/** The object changed under us, or is gone: read it, so that the next decision is made on what is there now. */
async function reread(action: Action, context: ActContext): Promise<{ live?: Digest; gone?: true }> {
  try {
    return { live: context.digest(await context.client.get(action.ref, requestOptions(context))) };
  } catch (error) {
    return isNotFoundStatus(error) ? { gone: true } : {};
  }
}

function secretsOf(resource: Resource | undefined): string[] {
  const data: unknown = resource?.object['data'];
  if (typeof data !== 'object' || data === null) return [];
  return Object.values(data).flatMap((value: unknown) => {
    if (typeof value !== 'string') return [];
    return [value, Buffer.from(value, 'base64').toString('utf8')];
  });
}

/** What to remember of a refusal that would be repeated, so that it is not; undefined for those that pass by themselves. */
export function rememberedFailure(failure: ActFailure, subject: Subject, monotonic: number): Memory['failure'] {
  const { error } = failure;
  const { resource, digest, memory } = subject;
  if (!resource || !lasting.has(error.code)) return undefined;
  const before = memory.failure?.hash === resource.hash && memory.failure.code === error.code ? memory.failure.attempts : 0;
  const waitMs = error.retryable || error.code === 'Invalid' ? Math.min(shortRetryMs * 2 ** before, longRetryMs) : longRetryMs;
  return {
    hash: resource.hash,
    code: error.code,
    message: error.message,
    opponents: failure.opponents,
    seen: seenText(failure.live ?? digest),
    attempts: before + 1,
    retryAt: monotonic + waitMs,
  };
}

const lasting: ReadonlySet<EngineError['code']> = new Set<EngineError['code']>([
  'FieldConflict',
  'Invalid',
  'Immutable',
  'Denied',
  'NamespaceNotFound',
]);

/**
 * First wait before a refusal is tried again that others can lift (admission, a missing namespace, a CRD whose new version one of the API servers does not
 * know yet: to it the object is invalid); doubles up to `longRetryMs`.
 */
const shortRetryMs = 5_000;
/** A refusal that only another object could lift is tried again this often all the same. */
const longRetryMs = 600_000;
