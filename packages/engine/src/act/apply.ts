import type { ApplyResult, KubeObject } from '@caretaker/kube';
import { appliedOf } from '../decide/difference.ts';
import type { Memory } from '../decide/observation.ts';
import { opponentsText } from '../decide/opponents.ts';
import { apiStatusOf, isFieldConflict } from '../errors/api-status.ts';
import { EngineError } from '../errors/engine-error.ts';
import type { Digest } from '../observe/digest.ts';
import { refText } from '../prepare/object-key.ts';
import type { Resource } from '../prepare/resource.ts';
import type { WriteAction } from '../types/action.ts';
import type { Opponent } from '../types/outcome.ts';
import { bodyOf, readLive } from './body.ts';
import { conflictCauses, foreignCauses, withValues } from './conflict.ts';
import { type ActContext, requestOptions } from './context.ts';
import type { ActResult } from './result.ts';
import { wroteWords } from './words.ts';

/** A write that would have to take fields that others hold. */
export class FieldConflictError extends EngineError {
  readonly opponents: readonly Opponent[];
  constructor(resource: Resource, opponents: readonly Opponent[], cause: unknown) {
    super('FieldConflict', `${refText(resource.ref)}: ${opponentsText(opponents)}`, {
      cause,
      hint: 'give the field up (ignoreFields), make the other manager give it up, or set conflictPolicy Force',
    });
    this.opponents = opponents;
  }
}

/** Server-side apply, with force only for what is ours to take back. `digest`: the object as decided on. */
export async function applyObject(
  action: WriteAction,
  resource: Resource,
  digest: Digest | undefined,
  memory: Memory,
  context: ActContext,
): Promise<ActResult> {
  const known = memory.applied?.uid === digest?.uid ? memory.applied?.own : undefined;
  const { object } = await bodyOf(action, resource, known, context);
  const answer = await applyOrClassify(object, action, resource, { digest, known }, context);
  const after = context.digest(answer.object);
  const changed = digest === undefined || digest.resourceVersion !== after.resourceVersion;
  const remember: Partial<Memory> = { applied: appliedOf(after, resource.hash), failure: undefined, verified: undefined };
  const happening = wroteWords(action, resource, { created: answer.created, changed, digest });
  return {
    after: { type: 'object', digest: after },
    remember,
    wrote: changed,
    happenings: happening ? [happening] : [],
    unlabelled: after.podLabelled === false && digest !== undefined && digest.appliedHash === undefined,
  };
}

async function applyOrClassify(
  object: KubeObject,
  action: WriteAction,
  resource: Resource,
  before: { digest: Digest | undefined; known: Digest['own'] },
  context: ActContext,
): Promise<ApplyResult> {
  const options = { ...requestOptions(context), fieldManager: context.fieldManager };
  try {
    return await context.client.apply(object, { ...options, force: action.force });
  } catch (error) {
    const status = apiStatusOf(error);
    if (!status || !isFieldConflict(status)) throw error;
    const causes = conflictCauses(status);
    const allOurs = before.digest?.appliedHash === resource.hash;
    const foreign = foreignCauses(causes, before.known ?? before.digest?.own, allOurs);
    if (foreign.length === 0) return context.client.apply(object, { ...options, force: true });
    const live = await readLive({ ref: action.ref }, context).catch(() => undefined);
    throw new FieldConflictError(resource, withValues(foreign, resource.object, live, resource.sensitive), error);
  }
}
