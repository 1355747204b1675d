import { parsePointer } from '../path/json-pointer.ts';
import type { JsonPatchOperation } from '../types/desired.ts';

/** A patch or pointer that reaches a protected path. */
export interface ProtectionBreach {
  /** The pointer as written by the user. */
  pointer: string;
  /** The protected path that it is, lies below, or contains. */
  protectedPath: string;
}

/**
 * Which of these pointers reach a protected path: the path itself, anything below it, and any ancestor of it (replacing `/metadata` or
 * the whole document would change the name as well). Segment by segment, so `/metadata/names-x` is not `/metadata/name`.
 */
export function breaches(pointers: readonly string[], protectedPaths: readonly string[]): ProtectionBreach[] {
  const guarded = protectedPaths.map((path) => ({ path, tokens: parsePointer(path) }));
  const found: ProtectionBreach[] = [];
  for (const pointer of pointers) {
    const tokens = parsePointer(pointer);
    const hit = guarded.find((guard) => prefixOfOther(tokens, guard.tokens));
    if (hit) found.push({ pointer, protectedPath: hit.path });
  }
  return found;
}

/** All pointers of a patch that it reads or writes (`test` included: it could reveal nothing, but it has no business there either). */
export function pointersOf(operations: readonly JsonPatchOperation[]): string[] {
  return operations.flatMap((operation) => ('from' in operation ? [operation.path, operation.from] : [operation.path]));
}

function prefixOfOther(a: readonly string[], b: readonly string[]): boolean {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    if (a[at] !== b[at]) return false;
  }
  return true;
}
