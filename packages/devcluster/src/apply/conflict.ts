import type { JsonObject } from '@caretaker/kube';
import { RequestFault } from '../schema/contract.ts';
import { type FieldSet, printPath } from './field-set.ts';
import { readIdentity } from './managers.ts';

/** One field that another manager owns with another value. */
export interface Conflict {
  readonly managerKey: string;
  readonly path: readonly string[];
}

/** Fields of an apply that belong to others; becomes a 409. */
export class ApplyConflicts extends Error {
  readonly conflicts: readonly Conflict[];
  constructor(conflicts: readonly Conflict[]) {
    super(`${conflicts.length} conflicts`);
    this.name = 'ApplyConflicts';
    this.conflicts = conflicts;
  }
}

export function conflictsOf(sets: ReadonlyMap<string, FieldSet>): Conflict[] {
  return [...sets].flatMap(([managerKey, set]) => [...set.paths()].map((path) => ({ managerKey, path })));
}

function printManager(key: string): string {
  const identity = readIdentity(key);
  let words = JSON.stringify(identity.manager);
  if (identity.subresource !== '') words += ` with subresource ${JSON.stringify(identity.subresource)}`;
  return identity.operation === 'Update' ? `${words} using ${identity.apiVersion}` : words;
}

function message(conflicts: readonly Conflict[]): string {
  const [only] = conflicts;
  if (conflicts.length === 1 && only !== undefined) {
    return `Apply failed with 1 conflict: conflict with ${printManager(only.managerKey)}: ${printPath(only.path)}`;
  }
  const byManager = new Map<string, string[]>();
  for (const { managerKey, path } of conflicts) {
    const lines = byManager.get(managerKey) ?? [];
    lines.push(`- ${printPath(path)}`);
    byManager.set(managerKey, lines);
  }
  const blocks = [...byManager.keys()]
    .sort()
    .map((key) => `conflicts with ${printManager(key)}:\n${(byManager.get(key) ?? []).join('\n')}`);
  return `Apply failed with ${conflicts.length} conflicts: ${blocks.join('\n')}`;
}

/** The 409 that names manager and field of every conflict. */
export function conflictFault(conflicts: readonly Conflict[]): RequestFault {
  const causes: JsonObject[] = conflicts.map(({ managerKey, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${printManager(managerKey)}`,
    field: printPath(path),
  }));
  return new RequestFault({ code: 409, reason: 'Conflict', message: message(conflicts), details: { causes } });
}
