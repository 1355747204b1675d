/** Puts tenants on the current revision of their templates without reading the rows again: what a template change needs. */
import type { JsonObject, KubeClient } from '@caretaker/kube';
import { tenantKind } from '../api/names.ts';
import type { Tenant } from '../api/types.ts';
import { toJson } from '../json/to-json.ts';
import { mapBounded } from '../operator/bounded.ts';
import type { Actors } from './act.ts';
import type { TemplateView } from './draft.ts';
import { planRollout } from './rollout.ts';

const inFlight = 16;

export interface RolledOut {
  template: string;
  revision: string;
  names: string[];
  failures: { name: string; error: Error }[];
}

interface Step {
  tenant: Tenant;
  patch: JsonObject;
}

/** The patches of one template. Pure. */
export function rolloutSteps(template: TemplateView, tenants: readonly Tenant[], now: number): Step[] {
  const { revision } = template;
  if (revision === undefined) return [];
  const living = tenants.filter(({ metadata, spec }) => metadata.deletionTimestamp === undefined && spec.templateRef === template.name);
  const plan = planRollout(template, living, now);
  return living
    .filter((tenant) => tenant.spec.revision !== revision && plan.get(tenant.metadata.name) === revision)
    .map((tenant) => ({
      tenant,
      patch: { metadata: { uid: tenant.metadata.uid }, spec: { revision, resources: toJson(template.resources) } },
    }));
}

/** Carries the steps out. Tenants of a registry only: a hand-made Tenant keeps the revision that it names. */
export async function rollOut(
  client: KubeClient,
  templates: readonly TemplateView[],
  tenants: readonly Tenant[],
  now: number,
  actors: Pick<Actors, 'signal' | 'wrote'>,
): Promise<RolledOut[]> {
  const done: RolledOut[] = [];
  for (const template of templates) {
    const steps = rolloutSteps(template, tenants, now);
    if (steps.length === 0 || template.revision === undefined) continue;
    const results = await mapBounded(steps, inFlight, async ({ tenant: { metadata }, patch }) => {
      const ref = { ...tenantKind, namespace: metadata.namespace, name: metadata.name };
      const after = await client.patch(ref, { type: 'merge', body: patch }, { signal: actors.signal });
      actors.wrote(after.metadata.resourceVersion);
    });
    const entry: RolledOut = { template: template.name, revision: template.revision, names: [], failures: [] };
    for (const [index, result] of results.entries()) {
      const name = steps[index]?.tenant.metadata.name ?? '';
      if (result.status === 'fulfilled') entry.names.push(name);
      else entry.failures.push({ name, error: result.reason instanceof Error ? result.reason : new Error(String(result.reason)) });
    }
    done.push(entry);
  }
  return done;
}
