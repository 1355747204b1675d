import { touches } from '../fields/algebra.ts';
import type { Digest } from '../observe/digest.ts';
import type { Opponent } from '../types/outcome.ts';

/** Who holds each of these fields now, as far as managedFields tells. */
export function opponentsOf(digest: Digest, fields: readonly string[]): Opponent[] {
  const found: Opponent[] = [];
  for (const field of fields) {
    for (const other of digest.others) {
      if (!touches(other.fields, field)) continue;
      const { manager, operation, subresource } = other;
      found.push({ manager, operation, field, ...(subresource === undefined ? {} : { subresource }) });
    }
  }
  return found;
}

/** `.spec.replicas by kubectl (Update, scale)`; at most three, then how many more. */
export function opponentsText(opponents: readonly Opponent[]): string {
  const parts = opponents.slice(0, 3).map((opponent) => {
    const how = opponent.subresource === undefined ? opponent.operation : `${opponent.operation}, ${opponent.subresource}`;
    return `${opponent.field} by ${opponent.manager || 'unknown'} (${how})${valuesText(opponent)}`;
  });
  if (opponents.length > 3) parts.push(`and ${opponents.length - 3} more`);
  return parts.join(', ');
}

function valuesText(opponent: Opponent): string {
  if (opponent.liveValue === undefined && opponent.desiredValue === undefined) return '';
  const show = (value: unknown): string => (value === undefined ? 'absent' : JSON.stringify(value));
  return `: is ${show(opponent.liveValue)}, wanted ${show(opponent.desiredValue)}`;
}
