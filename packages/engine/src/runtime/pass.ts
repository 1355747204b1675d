import { act, rememberedFailure, type Subject } from '../act/act.ts';
import type { ActContext } from '../act/context.ts';
import type { ActFailure, ActResult } from '../act/result.ts';
import { type Decision, decide } from '../decide/decide.ts';
import type { DecideContext, PassRecord } from '../decide/observation.ts';
import type { Orphan, OrphanContext } from '../decide/orphans.ts';
import type { EngineError } from '../errors/engine-error.ts';
import { objectKey } from '../prepare/object-key.ts';
import type { Resource } from '../prepare/resource.ts';
import type { Action } from '../types/action.ts';
import type { Owner } from '../types/bundle.ts';
import type { Happening } from '../types/outcome.ts';
import type { InventoryEntry } from '../types/state.ts';
import type { Inventory } from './inventory.ts';
import { type KindFaults, observeOrphan, observeResource } from './observe.ts';
import { inParallel } from './parallel.ts';
import { rfc3339 } from './time-text.ts';
import type { World } from './world.ts';

export interface PassInput {
  owner: Owner;
  levels: readonly (readonly Resource[])[];
  unwanted: readonly InventoryEntry[];
  inventory: Inventory;
  faults: KindFaults;
  paused: boolean;
  force: boolean;
  gates: boolean;
  ownerGoes: boolean;
  releaseAll: boolean;
  releaseReason: string;
  signal: AbortSignal | undefined;
}

/** One pass over one owner: decide, act, decide again on what that left, until nothing is to be done now. */
export class Pass {
  readonly happenings: Happening[] = [];
  wrote = false;
  private readonly world: World;
  private readonly input: PassInput;
  private readonly written = new Set<string>();
  private readonly restarted = new Set<string>();
  private readonly failed = new Map<string, EngineError>();
  private readonly failedOrphans = new Map<string, EngineError>();
  private readonly unlabelled = new Set<string>();
  private readonly retries = new Map<string, number>();
  private readonly byId: ReadonlyMap<string, Resource>;

  constructor(input: PassInput, world: World) {
    this.input = input;
    this.world = world;
    this.byId = new Map(input.levels.flat().map((resource) => [resource.id, resource]));
  }

  get restartedIds(): ReadonlySet<string> {
    return this.restarted;
  }

  /** Decides on what the caches hold now. Changes nothing. */
  decide(): Decision {
    const { owner, levels, unwanted, inventory, faults, signal: _signal, ...rest } = this.input;
    const orphans: Orphan[] = unwanted.map((entry) => observeOrphan(entry, faults, this.world));
    const context: DecideContext = {
      owner,
      marks: this.world.options.marks,
      now: this.world.clock.now(),
      monotonic: this.world.clock.monotonic(),
      paused: rest.paused,
      force: rest.force,
      gates: rest.gates,
      war: this.world.war,
      pass: this.record(),
    };
    const orphanContext: OrphanContext = {
      owner,
      marks: this.world.options.marks,
      releaseAll: rest.releaseAll,
      reason: rest.releaseReason,
      paused: rest.paused,
      ownerGoes: rest.ownerGoes,
      failed: this.failedOrphans,
    };
    return decide(levels, (resource) => observeResource(resource, owner, faults, inventory, this.world), orphans, context, orphanContext);
  }

  /** Runs the pass to its end; returns the decision that found nothing more to do. */
  async run(): Promise<Decision> {
    const limit = 8 + 4 * this.input.levels.length + this.input.unwanted.length;
    for (let round = 0; ; round++) {
      this.input.signal?.throwIfAborted();
      const decision = this.decide();
      this.remember(decision);
      if (decision.actions.length === 0) {
        this.tellLeftAlone(decision);
        return decision;
      }
      if (round >= limit) {
        this.world.logger.warn('objects keep changing while they are reconciled', { owner: this.input.owner.key, rounds: limit });
        return { ...decision, actions: [], wakeInMs: Math.min(decision.wakeInMs ?? restlessMs, restlessMs) };
      }
      await inParallel(decision.actions, this.world.concurrency, (action) => this.carryOut(action, decision));
    }
  }

  private record(): PassRecord {
    return { written: this.written, restarted: this.restarted, failed: this.failed, unlabelled: this.unlabelled };
  }

  private remember(decision: Decision): void {
    for (const judgement of decision.judgements) {
      const resource = this.byId.get(judgement.id);
      if (!resource || resource.key === '') continue;
      if (judgement.remember && this.world.claims.holds(resource.key, this.input.owner))
        this.world.memories.remember(resource.key, this.input.owner.key, judgement.remember);
      if (judgement.happening) this.tell({ ...judgement.happening, id: judgement.id, ref: resource.ref });
    }
  }

  private tellLeftAlone(decision: Decision): void {
    for (const judgement of decision.orphans) {
      if (judgement.type !== 'leave') continue;
      const { entry, ref } = judgement.orphan;
      this.tell({ type: 'LeftAlone', id: entry.id, ref, message: judgement.message, code: 'OwnershipNotProven' });
    }
  }

  private tell(happening: Happening): void {
    this.happenings.push(happening);
  }

  private async carryOut(action: Action, decision: Decision): Promise<void> {
    const { world, input } = this;
    const key = objectKey(action.ref);
    const orphan = decision.orphans.find((judgement) => judgement.type === 'act' && judgement.action === action);
    const resource = orphan ? undefined : this.byId.get(action.id);
    const subject: Subject = { resource, digest: world.caches.get(action.ref), memory: world.memories.get(key)?.memory ?? {} };
    const context: ActContext = {
      client: world.options.client,
      owner: input.owner,
      marks: world.options.marks,
      fieldManager: world.options.fieldManager,
      digest: (object) => world.caches.digest(object),
      now: rfc3339(world.clock.now()),
      signal: input.signal,
    };
    const start = world.clock.monotonic();
    if (resource) world.memories.of(key, input.owner.key).writing = true;
    try {
      const result = await act(action, subject, context);
      if ('error' in result) this.refused(action, key, subject, result);
      else this.done(action, key, resource, result, world.clock.monotonic() - start);
    } finally {
      world.answered(key);
    }
  }

  private done(action: Action, key: string, resource: Resource | undefined, result: ActResult, durationMs: number): void {
    const { world, input } = this;
    if (result.after?.type === 'object') {
      world.caches.overlay.wrote(key, result.after.digest);
      if (resource) world.memories.of(key, input.owner.key).seen = result.after.digest;
    }
    if (result.after?.type === 'gone') world.caches.overlay.deleted(key, result.after.uid);
    if (result.remember && resource) world.memories.remember(key, input.owner.key, result.remember);
    if (action.type === 'write' && resource) {
      this.written.add(action.id);
      if (action.cause !== 'drift' && result.wrote) this.restarted.add(action.id);
      if (result.unlabelled && world.options.marks.podLabels) this.unlabelled.add(action.id);
    }
    if (action.type === 'labelPods') this.unlabelled.delete(action.id);
    this.wrote ||= result.wrote;
    const uid = result.after?.type === 'object' ? { uid: result.after.digest.uid } : {};
    for (const happening of result.happenings ?? []) this.tell({ ...happening, id: action.id, ref: { ...action.ref, ...uid }, durationMs });
  }

  /** A stale read is decided again on what is there now, a few times; everything else waits for another pass. */
  private refused(action: Action, key: string, subject: Subject, failure: ActFailure): void {
    const { world, input } = this;
    const { live, gone, error } = failure;
    if (action.type === 'labelPods') {
      this.unlabelled.delete(action.id);
      world.logger.warn('pods of an adopted workload could not be labelled', {
        kind: action.ref.kind,
        name: action.ref.name,
        reason: error.message,
      });
      return;
    }
    if (live) world.caches.overlay.wrote(key, live);
    if (gone && subject.digest) world.caches.overlay.gone(key, subject.digest.uid);
    const retries = this.retries.get(key) ?? 0;
    if ((error.code === 'StaleRead' || gone) && retries < staleRetries) {
      this.retries.set(key, retries + 1);
      return;
    }
    const lasting = rememberedFailure(failure, subject, world.clock.monotonic());
    if (lasting) world.memories.remember(key, input.owner.key, { failure: lasting });
    if (subject.resource) this.written.add(action.id);
    if (lasting && (lasting.code === 'Immutable' || lasting.code === 'FieldConflict')) return;
    if (subject.resource) this.failed.set(action.id, error);
    else this.failedOrphans.set(action.id, error);
  }
}

const staleRetries = 3;
/** When to look again at objects that kept changing during a whole pass, milliseconds. */
const restlessMs = 1_000;
