import type { KubeObject, ObjectRef, Patch } from '@caretaker/kube';
import type { ClusterApi } from '../../controllers/contract.ts';
import { StatusError } from '../../server/answers/status-error.ts';
import type { ClusterEvents } from './events.ts';
import { nameOf, refOf } from './objects.ts';
import type { WantedEvent } from './wanted-event.ts';

/** Events of a creation or deletion: SuccessfulCreate, FailedCreate, SuccessfulDelete, FailedDelete on an owner. Texts left out are the usual ones. */
export interface Announcement {
  on: KubeObject;
  success?: string;
  /** What comes before `: <error>`. */
  failure?: string;
}

/** What a decision asks for. Actions are carried out in order. */
export type Action =
  | { do: 'create'; object: KubeObject; announce?: Announcement }
  | { do: 'update'; object: KubeObject }
  /** PUT of the status subresource. */
  | { do: 'status'; object: KubeObject }
  | { do: 'patch'; ref: ObjectRef; patch: Patch; subresource?: string }
  | {
      do: 'delete';
      object: KubeObject;
      gracePeriodSeconds?: number;
      propagation?: 'Background' | 'Foreground' | 'Orphan';
      announce?: Announcement;
    }
  | { do: 'event'; event: WantedEvent };

export interface Failure {
  action: Action;
  error: unknown;
}

/** Carries out actions in order. Stops at the first that fails and returns it; a deletion of what is gone already has succeeded. */
export async function act(api: ClusterApi, events: ClusterEvents, actions: readonly Action[]): Promise<Failure | undefined> {
  for (const action of actions) {
    try {
      await carryOut(api, events, action);
    } catch (error) {
      return { action, error };
    }
  }
  return undefined;
}

/** As `act`, and throws what failed. */
export async function actOrThrow(api: ClusterApi, events: ClusterEvents, actions: readonly Action[]): Promise<void> {
  const failure = await act(api, events, actions);
  if (failure !== undefined) throw failure.error;
}

async function carryOut(api: ClusterApi, events: ClusterEvents, action: Action): Promise<void> {
  switch (action.do) {
    case 'create':
      return create(api, events, action.object, action.announce);
    case 'update':
      await api.update(action.object);
      return;
    case 'status':
      await api.update(action.object, { subresource: 'status' });
      return;
    case 'patch':
      await api.patch(action.ref, action.patch, action.subresource === undefined ? {} : { subresource: action.subresource });
      return;
    case 'delete':
      return remove(api, events, action);
    case 'event':
      events.record(action.event);
  }
}

async function create(api: ClusterApi, events: ClusterEvents, object: KubeObject, announce?: Announcement): Promise<void> {
  const kind = object.kind.toLowerCase();
  try {
    const created = await api.create(object);
    if (announce) say(events, announce.on, 'Normal', 'SuccessfulCreate', announce.success ?? `Created ${kind}: ${nameOf(created)}`);
  } catch (error) {
    // In a namespace that is going away nothing can be created, and nobody needs to be told.
    if (announce && !isTerminatingNamespace(error)) {
      say(events, announce.on, 'Warning', 'FailedCreate', `${announce.failure ?? 'Error creating'}: ${messageOf(error)}`);
    }
    throw error;
  }
}

async function remove(api: ClusterApi, events: ClusterEvents, action: Extract<Action, { do: 'delete' }>): Promise<void> {
  const { object, announce } = action;
  try {
    await api.delete(refOf(object), {
      ...(object.metadata.uid ? { uid: object.metadata.uid } : {}),
      ...(action.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: action.gracePeriodSeconds }),
      ...(action.propagation ? { propagationPolicy: action.propagation } : {}),
    });
  } catch (error) {
    if (hasReason(error, 'NotFound')) return;
    if (announce) say(events, announce.on, 'Warning', 'FailedDelete', `${announce.failure ?? 'Error deleting'}: ${messageOf(error)}`);
    throw error;
  }
  const success = announce?.success ?? `Deleted ${object.kind.toLowerCase()}: ${nameOf(object)}`;
  if (announce) say(events, announce.on, 'Normal', 'SuccessfulDelete', success);
}

function say(events: ClusterEvents, on: KubeObject, type: WantedEvent['type'], reason: string, message: string): void {
  events.record({ on, type, reason, message });
}

export function hasReason(error: unknown, reason: string): boolean {
  return error instanceof StatusError && error.reason === reason;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isTerminatingNamespace(error: unknown): boolean {
  return error instanceof StatusError && error.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') === true;
}
