import type { ObjectRef } from '@caretaker/kube';
import type { EngineError } from '../errors/engine-error.ts';
import { proofOf } from '../marks/proof.ts';
import type { Digest } from '../observe/digest.ts';
import { refText } from '../prepare/object-key.ts';
import type { Fault } from '../prepare/resource.ts';
import type { Action, DeleteAction } from '../types/action.ts';
import type { Owner } from '../types/bundle.ts';
import type { ErrorCode } from '../types/error-code.ts';
import type { Marks } from '../types/marks.ts';
import type { InventoryEntry } from '../types/state.ts';

/** An object that the inventory names and nobody wants any more. */
export interface Orphan {
  entry: InventoryEntry;
  ref: ObjectRef;
  key: string;
  digest: Digest | undefined;
  fault: Fault | undefined;
}

export interface OrphanContext {
  owner: Owner;
  marks: Marks;
  /** Release everything, whatever its policy. */
  releaseAll: boolean;
  /** Written on released objects. */
  reason: string;
  paused: boolean;
  /** The owner itself goes: a pause annotation on its objects holds nothing any more. */
  ownerGoes: boolean;
  failed: ReadonlyMap<string, EngineError>;
}

export type OrphanJudgement =
  /** Nothing of ours is there (any more): drop it from the inventory. */
  | { type: 'gone'; orphan: Orphan }
  /** It was released and is still there: shown as Retained, nothing more to do. */
  | { type: 'released'; orphan: Orphan }
  /** It is there, but it is not ours to touch. */
  | { type: 'leave'; orphan: Orphan; message: string }
  | { type: 'wait'; orphan: Orphan; message: string; code?: ErrorCode }
  | { type: 'act'; orphan: Orphan; action: Action; message: string };

/**
 * What to do about objects that are no longer wanted. Nothing is deleted or released without proof of ownership, and nothing before what
 * depends on it is gone (reverse levels). Pure.
 */
export function decideOrphans(orphans: readonly Orphan[], context: OrphanContext): OrphanJudgement[] {
  const first = orphans.map((orphan) => decideOrphan(orphan, context));
  const present = first.filter((judgement) => judgement.type === 'act' || judgement.type === 'wait').map(({ orphan }) => orphan);
  return first.map((judgement) => {
    if (judgement.type !== 'act' || judgement.action.type !== 'delete') return judgement;
    const { orphan } = judgement;
    const dependents = present.filter((other) => other !== orphan && dependsOn(other, orphan) && !dependsOn(orphan, other));
    if (dependents.length === 0) return judgement;
    return { type: 'wait', orphan, message: `waiting until ${dependents.map((other) => other.entry.id).join(', ')} is gone` };
  });
}

function dependsOn(a: Orphan, b: Orphan): boolean {
  return a.entry.dependIds.includes(b.entry.id);
}

function decideOrphan(orphan: Orphan, context: OrphanContext): OrphanJudgement {
  const { digest, entry, ref } = orphan;
  if (orphan.fault) {
    if (orphan.fault.code === 'KindNotFound') return { type: 'gone', orphan };
    return { type: 'wait', orphan, message: orphan.fault.message, code: orphan.fault.code };
  }
  if (!digest) return { type: 'gone', orphan };
  const proof = proofOf(digest, context.owner, context.marks, entry.uid);
  if (proof.type !== 'ours') {
    if (proof.type === 'orphaned') return { type: 'released', orphan };
    const who = proof.type === 'other' ? `it belongs to ${proof.who}` : 'nothing proves that it is ours';
    return { type: 'leave', orphan, message: `${refText(ref)} is left alone: ${who}` };
  }
  if (digest.deleting) {
    const holders = digest.deleting.length > 0 ? `, held by finalizers ${digest.deleting.join(', ')}` : '';
    const code = digest.deleting.length > 0 ? { code: 'DeletionBlocked' as const } : {};
    return { type: 'wait', orphan, message: `${refText(ref)} is being deleted${holders}`, ...code };
  }
  const error = context.failed.get(entry.id);
  if (error) return { type: 'wait', orphan, message: error.message, code: error.code };
  if (context.paused) return { type: 'wait', orphan, message: 'no longer wanted, but the owner is paused' };
  if (digest.paused && !context.ownerGoes) {
    return { type: 'wait', orphan, message: `no longer wanted, but annotation ${context.marks.paused} is set on it` };
  }
  const target = { id: entry.id, ref, uid: digest.uid, resourceVersion: digest.resourceVersion };
  if (context.releaseAll || entry.deletionPolicy === 'Retain') {
    return { type: 'act', orphan, action: { type: 'release', ...target, reason: context.reason }, message: 'releasing it' };
  }
  const action: DeleteAction = { type: 'delete', ...target, recreate: false };
  return { type: 'act', orphan, action, message: 'deleting it' };
}
