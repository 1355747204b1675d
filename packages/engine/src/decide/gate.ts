import type { Resource } from '../prepare/resource.ts';
import { type Judgement, waiting } from './judgement.ts';

/**
 * Whether a resource must wait for others before it is applied at a new revision. Drift repair never comes here (DESIGN §10.10).
 * Returns undefined when the way is free.
 */
export function gate(resource: Resource, judged: ReadonlyMap<string, Judgement>): Judgement | undefined {
  const dependencies = resource.dependIds.flatMap((id) => judged.get(id) ?? []);
  const broken = dependencies.find((dependency) => dependency.broken);
  const skip = resource.rules.skipOnDependencyFailure;
  if (broken && skip) {
    const message = `${broken.id} is ${broken.phase}${broken.reason ? ` (${broken.reason})` : ''}`;
    return waiting('Skipped', { id: resource.id, reason: 'DependencyFailed', message }, { broken: true });
  }
  const pending = dependencies.filter((dependency) => !dependency.satisfied && !dependency.broken);
  const held = skip ? pending : pending.filter((dependency) => dependency.phase !== 'TimedOut');
  if (held.length === 0) return undefined;
  const message = `waiting for ${held.map((dependency) => `${dependency.id} (${dependency.message || dependency.phase})`).join(', ')}`;
  return waiting('WaitingForDependency', { id: resource.id, reason: 'DependencyNotReady', message });
}
