import { isOver, judge } from '../edit-war/war.ts';
import { proofOf } from '../marks/proof.ts';
import type { Digest } from '../observe/digest.ts';
import { refText } from '../prepare/object-key.ts';
import type { Resource } from '../prepare/resource.ts';
import { differenceOf } from './difference.ts';
import { gate } from './gate.ts';
import { conflicted, failed, type Judgement, waiting } from './judgement.ts';
import { type Applied, type DecideContext, type Observation, seenText } from './observation.ts';
import { opponentsOf, opponentsText } from './opponents.ts';
import { ignoredOf, yieldsReplicas } from './replicas.ts';
import { settled } from './settled.ts';
import { type WriteReason, writeAction } from './write-action.ts';

type Judged = ReadonlyMap<string, Judgement>;

/** Decides one resource. `judged` holds the resources of earlier levels. Pure. */
export function decideResource(resource: Resource, seen: Observation, judged: Judged, context: DecideContext): Judgement {
  const { id } = resource;
  const fault = resource.fault ?? seen.fault;
  if (fault) return failed({ id, code: fault.code, reason: fault.reason, message: fault.message });
  if (seen.holder !== undefined) return ownedByOther(resource, seen.holder);
  const error = context.pass.failed.get(id);
  if (error) {
    const again = seen.memory.failure?.code === error.code ? { wakeInMs: seen.memory.failure.retryAt - context.monotonic } : {};
    return failed({ id, code: error.code, reason: reasonFor(error.code), message: error.message }, again);
  }
  if (!seen.digest) return decideMissing(resource, seen, judged, context);
  return decideExisting(resource, seen.digest, seen, judged, context);
}

function decideMissing(resource: Resource, seen: Observation, judged: Judged, context: DecideContext): Judgement {
  const { id } = resource;
  if (resource.rules.creationPolicy === 'Never')
    return waiting('Applying', { id, reason: 'Absent', message: `${refText(resource.ref)} is not there, and is not made here` });
  if (seen.prior?.completedHash === resource.hash && !context.force) {
    const message = 'the Job ran to its end and was removed';
    return { id, phase: 'Ready', reason: 'Completed', message, satisfied: true, broken: false, completedHash: resource.hash };
  }
  const vanished = seen.memory.applied?.hash === resource.hash && seen.memory.failure === undefined;
  if (vanished) return restore(resource, seen, context);
  return held(resource, seen, judged, context) ?? write(resource, seen, context, { cause: 'missing', force: forces(resource) });
}

/** Somebody deleted it: that is drift, so no gate holds it; but whoever deletes it for ever is slowed down, as there is nothing to pause. */
function restore(resource: Resource, seen: Observation, context: DecideContext): Judgement {
  if (context.paused) return ownerPaused(resource);
  const verdict = judge(seen.memory.war, context.war, context.monotonic, '');
  const remember = { war: { ...verdict.next, paused: false } };
  if (verdict.type === 'repair') {
    const judgement = write(resource, seen, context, { cause: 'missing', force: forces(resource), contested: verdict.contested });
    return { ...judgement, remember };
  }
  const waitMs = verdict.type === 'throttle' ? verdict.waitMs : context.war.refillMs;
  const message = `deleted again and again, made anew in ${Math.ceil(waitMs / 1000)} s`;
  return waiting('Applying', { id: resource.id, reason: 'Throttled', message }, { code: 'Throttled', wakeInMs: waitMs, remember });
}

function decideExisting(resource: Resource, digest: Digest, seen: Observation, judged: Judged, context: DecideContext): Judgement {
  const proof = proofOf(digest, context.owner, context.marks, seen.prior?.uid ?? seen.memory.applied?.uid);
  if (proof.type === 'other') return ownedByOther(resource, proof.who);
  if (proof.type === 'foreign' && resource.rules.conflictPolicy === 'Stuck') return foreign(resource, digest);
  const judgement = decideClaimed(proof.type, resource, digest, seen, judged, context);
  return proof.type === 'ours' ? { ...judgement, uid: digest.uid } : judgement;
}

/** An object that is ours, or may become so. */
function decideClaimed(
  proof: 'ours' | 'orphaned' | 'foreign',
  resource: Resource,
  digest: Digest,
  seen: Observation,
  judged: Judged,
  context: DecideContext,
): Judgement {
  const { id, ref } = resource;
  if (digest.deleting) {
    const holders = digest.deleting.length > 0 ? `, held by finalizers ${digest.deleting.join(', ')}` : '';
    return waiting('Applying', { id, reason: 'Terminating', message: `${refText(ref)} is being deleted${holders}` });
  }
  if (digest.paused) return pausedObject(resource, digest, seen, context);
  const resumed = seen.memory.war?.paused === true ? { war: undefined } : undefined;
  const current = resumed ? { ...seen, memory: { ...seen.memory, ...resumed } } : seen;
  const judgement =
    proof === 'ours' ? decideOurs(resource, digest, current, judged, context) : take(proof, resource, digest, current, judged, context);
  if (!resumed) return judgement;
  const happening = judgement.happening ?? { type: 'Resumed' as const, message: 'the pause annotation was removed: repairing again' };
  return { ...judgement, happening, remember: { ...resumed, ...judgement.remember } };
}

function decideOurs(resource: Resource, digest: Digest, seen: Observation, judged: Judged, context: DecideContext): Judgement {
  const { id, rules } = resource;
  if (rules.creationPolicy === 'Once' && digest.createdOnce) return settled(resource, digest, seen, context);
  const ignored = ignoredOf(resource, yieldsReplicas(resource, digest, seen.autoscaled));
  const difference = differenceOf(resource, digest, seen.memory, ignored);
  if (context.force && !context.pass.written.has(id)) {
    return write(resource, seen, context, { cause: 'forced', force: difference.type === 'drift' || forces(resource) });
  }
  switch (difference.type) {
    case 'none':
      if (context.pass.unlabelled.has(id)) return then({ type: 'labelPods', id, ref: resource.ref }, 'labelling its pods');
      return { ...settled(resource, digest, seen, context), ...news(difference.applied, seen, context) };
    case 'drift':
      return refused(resource, seen, context) ?? repair(resource, digest, seen, context, difference.fields);
    case 'verify':
      return then({ type: 'verify', id, ref: resource.ref, ...existing(digest) }, 'comparing with the live object');
    case 'unverified':
      return refused(resource, seen, context) ?? write(resource, seen, context, { cause: 'unverified', force: forces(resource) });
    case 'changed':
      return held(resource, seen, judged, context) ?? write(resource, seen, context, { cause: 'changed', force: forces(resource) });
  }
}

/** What is worth remembering of an object that is as wanted: what was proven, and that an old war is over. */
function news(applied: Applied | undefined, seen: Observation, context: DecideContext): Pick<Judgement, 'remember'> {
  const { war } = seen.memory;
  const over = war !== undefined && isOver(war, context.war, context.monotonic);
  if (!applied && !over) return {};
  return { remember: { ...(applied ? { applied } : {}), ...(over ? { war: undefined } : {}) } };
}

/** An object that is not ours yet, but may become so: released earlier, or taken under conflictPolicy Force. */
function take(
  kind: 'orphaned' | 'foreign',
  resource: Resource,
  digest: Digest,
  seen: Observation,
  judged: Judged,
  context: DecideContext,
): Judgement {
  const wait = held(resource, seen, judged, context);
  if (wait) return wait;
  if (kind === 'foreign') return write(resource, seen, context, { cause: 'adoption', force: true });
  if (context.paused) return ownerPaused(resource);
  return then({ type: 'reclaim', id: resource.id, ref: resource.ref, ...existing(digest) }, 'taking back an object that was released');
}

/** Everything that may keep a first write at this revision from happening: an earlier refusal, a gate. */
function held(resource: Resource, seen: Observation, judged: Judged, context: DecideContext): Judgement | undefined {
  return refused(resource, seen, context) ?? (context.gates ? gate(resource, judged) : undefined);
}

/** The same write was refused before and would be refused again; or it was refused as immutable, and the policy says what then. */
function refused(resource: Resource, seen: Observation, context: DecideContext): Judgement | undefined {
  const failure = seen.memory.failure;
  if (!failure || failure.hash !== resource.hash || (context.force && !context.pass.written.has(resource.id))) return undefined;
  if (failure.code === 'FieldConflict' && forces(resource)) return undefined;
  if (failure.code === 'Immutable' && resource.rules.onImmutable === 'Recreate') return recreate(resource, seen, context);
  if (failure.seen !== seenText(seen.digest) || context.monotonic >= failure.retryAt) return undefined;
  const wakeInMs = failure.retryAt - context.monotonic;
  return failed({ id: resource.id, code: failure.code, reason: reasonFor(failure.code), message: failure.message }, { wakeInMs });
}

function recreate(resource: Resource, seen: Observation, context: DecideContext): Judgement | undefined {
  if (!seen.digest) return undefined;
  if (context.paused) return ownerPaused(resource);
  const { id, ref } = resource;
  return then({ type: 'delete', id, ref, ...existing(seen.digest), recreate: true }, 'replacing it: the change is to an immutable field');
}

function repair(resource: Resource, digest: Digest, seen: Observation, context: DecideContext, fields: readonly string[]): Judgement {
  const { id, ref } = resource;
  if (context.paused) return ownerPaused(resource);
  const reason: WriteReason = { cause: 'drift', force: true, fields };
  const verdict = judge(seen.memory.war, context.war, context.monotonic, digest.resourceVersion);
  if (verdict.type === 'repair') {
    const judgement = write(resource, seen, context, { ...reason, contested: verdict.contested });
    return { ...judgement, remember: { ...judgement.remember, war: verdict.next } };
  }
  const opponents = opponentsOf(digest, fields);
  const who = opponents.length > 0 ? opponentsText(opponents) : fields.slice(0, 3).join(', ');
  if (verdict.type === 'throttle') {
    const remember = { war: verdict.next };
    const message = `changed again and again, next repair in ${Math.ceil(verdict.waitMs / 1000)} s: ${who}`;
    const told = verdict.counted ? { happening: { type: 'Throttled' as const, message, opponents, code: 'Throttled' as const } } : {};
    return waiting('Applying', { id, reason: 'Throttled', message }, { code: 'Throttled', wakeInMs: verdict.waitMs, remember, ...told });
  }
  const message = `edit war, repairs paused by annotation ${context.marks.paused}: ${who}. Remove the annotation to resume, or give the field up (ignoreFields)`;
  return waiting(
    'Paused',
    { id, reason: 'EditWar', message },
    {
      code: 'EditWar',
      remember: { war: { ...verdict.next, told: message } },
      action: { type: 'pause', id, ref, ...existing(digest) },
      happening: { type: 'EditWarPaused', message, opponents, code: 'EditWar' },
    },
  );
}

function write(resource: Resource, seen: Observation, context: DecideContext, reason: WriteReason): Judgement {
  if (context.paused) return ownerPaused(resource);
  return then(writeAction(resource, seen, reason), `writing (${reason.cause})`);
}

function then(action: NonNullable<Judgement['action']>, message: string): Judgement {
  return waiting('Applying', { id: action.id, reason: 'Applying', message }, { action });
}

function forces(resource: Resource): boolean {
  return resource.rules.conflictPolicy === 'Force';
}

function existing(digest: Digest): { uid: string; resourceVersion: string } {
  return { uid: digest.uid, resourceVersion: digest.resourceVersion };
}

function ownerPaused(resource: Resource): Judgement {
  return waiting('Paused', { id: resource.id, reason: 'OwnerPaused', message: 'a change is waiting: the owner is paused' });
}

function pausedObject(resource: Resource, digest: Digest, seen: Observation, context: DecideContext): Judgement {
  const war = seen.memory.war?.paused === true;
  const message = seen.memory.war?.told ?? `annotation ${context.marks.paused} is set: remove it to resume`;
  const satisfied = seen.memory.applied?.hash === resource.hash || digest.appliedHash === resource.hash;
  const words = { id: resource.id, reason: war ? 'EditWar' : 'PausedByAnnotation', message };
  return waiting('Paused', words, { satisfied, ...(war ? { code: 'EditWar' as const } : {}) });
}

function ownedByOther(resource: Resource, who: string): Judgement {
  const message = `${refText(resource.ref)} belongs to ${who}: two owners cannot share one object`;
  return conflicted({ id: resource.id, code: 'OwnedByOther', reason: 'OwnedByOther', message });
}

function foreign(resource: Resource, digest: Digest): Judgement {
  const managers = [...new Set(digest.others.map((other) => other.manager))].filter((name) => name !== '');
  const by = managers.length > 0 ? ` (managed by ${managers.join(', ')})` : '';
  const message = `${refText(resource.ref)} exists already and was not made for this owner${by}: delete it, rename ours, or set conflictPolicy Force`;
  return conflicted({ id: resource.id, code: 'ObjectExists', reason: 'ObjectExists', message });
}

/** Reasons that the status shows: the words of tenant-operator-ancestor.md §2.7, §2.8 where they fit. */
function reasonFor(code: Judgement['code']): string {
  return code === 'FieldConflict' ? 'ResourceConflict' : (code ?? 'ApplyFailed');
}
