import { readFileSync } from 'node:fs';

let kinds: Readonly<Record<string, readonly string[]>> | undefined;

/** Does the real server know a kind of a version, though it may not serve it any more? */
export function isRegistered(apiVersion: string, kind: string): boolean {
  kinds ??= JSON.parse(readFileSync(new URL('../generated/registered-kinds.json', import.meta.url), 'utf8')) as Record<string, string[]>;
  const known = kinds[apiVersion];
  if (known === undefined) return false;
  return (
    known.includes(kind) ||
    (kind.endsWith('List') && known.includes(kind.slice(0, -'List'.length))) ||
    COMMON.has(kind) ||
    (apiVersion === 'v1' && WITHOUT_GROUP.has(kind))
  );
}

/** Kinds that are registered with every group. */
const COMMON = new Set(['CreateOptions', 'DeleteOptions', 'GetOptions', 'ListOptions', 'PatchOptions', 'UpdateOptions', 'WatchEvent']);

/** Kinds of answers, which have no group. */
const WITHOUT_GROUP = new Set(['List', 'Status', 'APIVersions', 'APIGroupList', 'APIGroup', 'APIResourceList']);
