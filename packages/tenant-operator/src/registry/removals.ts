/** Removes tenants that no row wants any more: guard, second read, grace, then deletes with the uid as precondition. */
import { isConflict, isNotFound, type KubeClient } from '@caretaker/kube';
import { annotations, tenantKind } from '../api/names.ts';
import type { Registry, Tenant } from '../api/types.ts';
import { durationMs } from '../duration.ts';
import { mapBounded } from '../operator/bounded.ts';
import type { SyncDecision } from './decide.ts';
import { type GuardDecision, guardDeletions, stillRecent } from './guard.ts';
import type { ReadRows } from './read.ts';
import type { RegistryState } from './state.ts';

const inFlight = 16;

export interface Removal {
  /** What the first read said. */
  decision: SyncDecision;
  read: ReadRows;
  /** Reads the rows once more, a few seconds later, and decides on them. @throws SourceError */
  confirm(): Promise<{ decision: SyncDecision; read: ReadRows }>;
  /** Living tenants of the registry. */
  existing: number;
  /** Wall clock and monotonic milliseconds. */
  now: number;
  monotonic: number;
}

export interface Removed {
  names: string[];
  /** Removals that are held back because rows without uid were read. */
  blocked: number;
  /** A hold that has just begun or changed. */
  newHold: boolean;
  failures: { name: string; error: Error }[];
}

const nameOf = ({ metadata }: Tenant): string => metadata.name;

/** Since when each removal is wanted; those that are no longer wanted are forgotten. */
function noteMissing(state: RegistryState, removals: readonly Tenant[], monotonic: number): void {
  const names = new Set(removals.map(nameOf));
  for (const name of state.missingSince.keys()) if (!names.has(name)) state.missingSince.delete(name);
  for (const name of names) if (!state.missingSince.has(name)) state.missingSince.set(name, monotonic);
}

function judge(registry: Registry, state: RegistryState, removal: Pick<Removal, 'decision' | 'read' | 'existing' | 'now'>): GuardDecision {
  return guardDeletions({
    policy: registry.spec.deletionGuard,
    existing: removal.existing,
    removals: removal.decision.removals.map(nameOf),
    rowsRead: removal.read.rowsRead,
    recent: state.recent,
    previous: state.hold ?? registry.status.deletionHold,
    approval: registry.metadata.annotations?.[annotations.approveDeletions],
    now: removal.now,
  });
}

const nothing: Removed = { names: [], blocked: 0, newHold: false, failures: [] };

async function deleteTenants(
  client: KubeClient,
  tenants: readonly Tenant[],
  signal: AbortSignal,
): Promise<Pick<Removed, 'names' | 'failures'>> {
  const results = await mapBounded(tenants, inFlight, async ({ metadata: { namespace, name, uid } }) => {
    try {
      await client.delete({ ...tenantKind, namespace, name }, { preconditions: { uid }, propagationPolicy: 'Background', signal });
    } catch (error) {
      // Gone, or another Tenant by now: either way this one needs no deleting.
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  });
  const names: string[] = [];
  const failures: Removed['failures'] = [];
  for (const [index, result] of results.entries()) {
    const tenant = tenants[index];
    if (!tenant) continue;
    if (result.status === 'fulfilled') names.push(nameOf(tenant));
    else failures.push({ name: nameOf(tenant), error: result.reason instanceof Error ? result.reason : new Error(String(result.reason)) });
  }
  return { names, failures };
}

/** @throws SourceError when the second read fails; nothing has been removed then. */
export async function removeTenants(
  client: KubeClient,
  registry: Registry,
  state: RegistryState,
  removal: Removal,
  signal: AbortSignal,
): Promise<Removed> {
  const { decision, now, monotonic } = removal;
  state.recent = stillRecent(state.recent, now);
  noteMissing(state, decision.removals, monotonic);
  if (decision.removalsBlocked) return { ...nothing, blocked: decision.removals.length };
  const first = judge(registry, state, removal);
  if (first.type === 'hold') {
    const newHold = state.hold?.token !== first.hold.token;
    state.hold = first.hold;
    return { ...nothing, newHold };
  }
  state.hold = undefined;
  if (first.type === 'none') return nothing;
  const grace = durationMs(registry.spec.deletionGuard.gracePeriod, 0);
  const due = decision.removals.filter((tenant) => monotonic - (state.missingSince.get(nameOf(tenant)) ?? monotonic) >= grace);
  if (due.length === 0) return nothing;
  const second = await removal.confirm();
  if (second.decision.removalsBlocked) return { ...nothing, blocked: second.decision.removals.length };
  const verdict = judge(registry, state, { ...second, existing: removal.existing, now });
  if (verdict.type === 'hold' && !first.approved) {
    state.hold = verdict.hold;
    return { ...nothing, newHold: true };
  }
  const again = new Set(second.decision.removals.map((tenant) => tenant.metadata.uid));
  const confirmed = due.filter((tenant) => again.has(tenant.metadata.uid));
  const { names, failures } = await deleteTenants(client, confirmed, signal);
  for (const name of names) state.missingSince.delete(name);
  if (names.length > 0 && !first.approved) state.recent = [...state.recent, { time: now, count: names.length }];
  return { names, blocked: 0, newHold: false, failures };
}
