/** What controllers count in a status. */
import type { JsonObject, KubeObject } from '@caretaker/kube';
import { invalid } from '../parts/field-errors.ts';
import { type Errors, notNegative, num, sub } from '../parts/read.ts';

const statusOf = (object: KubeObject): JsonObject => sub(object as unknown as JsonObject, 'status');

/** None is negative, none of `bounded` is above the replicas, and collisions are never taken back. */
export function statusCounters(names: readonly string[], bounded: readonly string[], words = 'cannot be greater than readyReplicas') {
  return (next: KubeObject, live: KubeObject, errors: Errors): void => {
    const status = statusOf(next);
    for (const name of names) notNegative(status, name, 'status', errors);
    const replicas = num(status, 'replicas') ?? 0;
    for (const name of bounded) {
      const value = num(status, name) ?? 0;
      if (value > replicas) errors.push(invalid(`status.${name}`, value, 'cannot be greater than status.replicas'));
    }
    const available = num(status, 'availableReplicas') ?? 0;
    if (bounded.includes('availableReplicas') && available > (num(status, 'readyReplicas') ?? 0)) {
      errors.push(invalid('status.availableReplicas', available, words));
    }
    const [after, before] = [num(status, 'collisionCount'), num(statusOf(live), 'collisionCount')];
    if (names.includes('collisionCount') && before !== undefined && (after === undefined || after < before))
      errors.push(invalid('status.collisionCount', after ?? 0, 'cannot be decremented'));
  };
}
