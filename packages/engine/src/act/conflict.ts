import type { ApiStatus, JsonValue, KubeObject } from '@caretaker/kube';
import { ownsField } from '../fields/algebra.ts';
import type { FieldSet } from '../fields/field-set.ts';
import { resolveField } from '../fields/resolve.ts';
import { toJson } from '../json/value.ts';
import { shownValue } from '../redact/redact.ts';
import type { Opponent } from '../types/outcome.ts';

interface Cause {
  manager: string;
  subresource: string | undefined;
  operation: string;
  field: string;
}

const form = /conflicts? with "((?:[^"\\]|\\.)*)"(?: with subresource "([^"]*)")?( using \S+)?/;

/** The fields that a refused apply would have had to take, and from whom. Only an Update manager is named with its version. */
export function conflictCauses(status: ApiStatus): Cause[] {
  return status.causes
    .filter((cause) => cause.reason === 'FieldManagerConflict')
    .map(({ message = '', field = '' }) => {
      const match = form.exec(message);
      return { manager: match?.[1] ?? message, subresource: match?.[2], operation: match?.[3] === undefined ? 'Apply' : 'Update', field };
    });
}

/**
 * Causes that are conflicts and not drift: fields that were not in what we applied last (DESIGN §10.5). `allOurs`: the live object carries the
 * hash of exactly this desired object, so every field in question was ours.
 */
export function foreignCauses(causes: readonly Cause[], lastApplied: FieldSet | undefined, allOurs: boolean): Cause[] {
  if (allOurs) return [];
  return causes.filter((cause) => lastApplied === undefined || !ownsField(lastApplied, cause.field));
}

/** The opponents with both values, hidden for sensitive objects. */
export function withValues(causes: readonly Cause[], desired: KubeObject, live: KubeObject | undefined, sensitive: boolean): Opponent[] {
  return causes.map((cause) => {
    const value = (object: KubeObject | undefined): JsonValue | undefined => {
      const found = object && resolveField(object, cause.field);
      return found === undefined ? undefined : shownValue(toJson(found), sensitive);
    };
    const { manager, operation, field, subresource } = cause;
    const known = subresource === undefined ? {} : { subresource };
    return { manager, operation, field, ...known, liveValue: value(live), desiredValue: value(desired) };
  });
}
