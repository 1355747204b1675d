import type { Informers } from '@caretaker/kube';
import type { Console } from '../terminal/console.ts';
import { tenantGroup } from './names.ts';
import { summarize, type TenantSummary } from './tenants.ts';

export interface WaitOptions {
  wanted: number;
  timeoutMs: number;
  signal: AbortSignal;
}

/** Shows progress until `wanted` tenants are Ready, the time is over or the person ends it; resolves with the tenants as they are then. */
export async function waitForTenants(informers: Informers, console: Console, options: WaitOptions): Promise<TenantSummary[]> {
  const informer = informers.acquire({ apiVersion: tenantGroup, kind: 'Tenant' });
  const tenants = (): TenantSummary[] => [...informer.list()].map(summarize).sort((a, b) => a.name.localeCompare(b.name));
  const ready = (): number => [...informer.list()].filter((tenant) => summarize(tenant).ready === 'True').length;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, options.timeoutMs);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    options.signal.addEventListener('abort', end, { once: true });
    const look = (): void => {
      console.progress(`${ready()} of ${options.wanted} tenants ready`);
      if (ready() >= options.wanted) end();
    };
    informer.subscribe({ added: look, modified: look, deleted: look, synced: look });
  });
  console.done();
  const result = tenants();
  informer.release();
  return result;
}
