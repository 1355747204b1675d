/** One sync of a registry: read, decide, act. Reports by what it returns. */
import { type Clock, type KubeClient, sleep } from '@caretaker/kube';
import { labels } from '../api/names.ts';
import type { Registry } from '../api/types.ts';
import type { Caches } from '../operator/caches.ts';
import { keyOf } from '../operator/runtime.ts';
import type { Source } from '../sources/source.ts';
import { type Written, writeTenants } from './act.ts';
import { decideSync, type SyncDecision } from './decide.ts';
import type { TemplateView } from './draft.ts';
import { type ReadRows, readRows } from './read.ts';
import { type Removed, removeTenants } from './removals.ts';
import type { RegistryState } from './state.ts';

/** The confirming read comes so much later (DESIGN §10.3). */
export const confirmAfterMs = 2_000;

export interface SyncDeps {
  client: KubeClient;
  caches: Caches;
  clock: Clock;
  source: Source;
  /** As they are now: a template that is deleted and made again between two reads is not gone. */
  templates(): readonly TemplateView[];
  signal: AbortSignal;
  wrote(resourceVersion: string | undefined): void;
  /** Called as soon as the first read is decided, so that the status shows what is wanted while it is being made. */
  onDecided(read: ReadRows, decision: SyncDecision): void;
  /** Each read, also the confirming one. */
  onRead(seconds: number): void;
}

export interface SyncResult {
  read: ReadRows;
  decision: SyncDecision;
  written: Written;
  removed: Removed;
}

/** @throws SourceError: nothing has been removed then, whatever else has been done. */
export async function syncRegistry(registry: Registry, state: RegistryState, deps: SyncDeps): Promise<SyncResult> {
  const { client, caches, clock, signal } = deps;
  const { namespace, name } = registry.metadata;
  const tenants = () => caches.tenants.by('registry', keyOf(namespace, name));

  const takenBy = (tenantName: string): string | undefined => {
    const object = caches.tenants.raw(namespace, tenantName);
    if (!object) return undefined;
    const other = object.metadata.labels?.[labels.registry];
    if (other === name) return undefined;
    return other === undefined ? 'nobody (it was made by hand)' : `registry ${other}`;
  };

  async function look(): Promise<{ read: ReadRows; decision: SyncDecision }> {
    const read = await readRows(deps.source, registry, clock, signal);
    deps.onRead(read.durationSeconds);
    const decision = decideSync({ registry, rows: read.rows, templates: deps.templates(), tenants: tenants(), takenBy, now: clock.now() });
    return { read, decision };
  }

  const { read, decision } = await look();
  deps.onDecided(read, decision);
  const written = await writeTenants({ client, caches, signal, wrote: deps.wrote }, registry, decision.creations, decision.updates);
  const removed = await removeTenants(
    client,
    registry,
    state,
    {
      decision,
      read,
      existing: tenants().filter((tenant) => tenant.metadata.deletionTimestamp === undefined).length,
      now: clock.now(),
      monotonic: clock.monotonic(),
      confirm: async () => {
        await sleep(clock, confirmAfterMs, signal);
        return look();
      },
    },
    signal,
  );
  return { read, decision, written, removed };
}
