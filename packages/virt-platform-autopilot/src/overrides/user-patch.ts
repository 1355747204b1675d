import {
  applyJsonPatch,
  breaches,
  changedIdentity,
  JsonPatchError,
  type JsonPatchOperation,
  parseJsonPatch,
  pointersOf,
} from '@caretaker/engine';
import type { JsonValue, KubeObject } from '@caretaker/kube';
import { isKubeObject, toJson } from '../json.ts';
import { protectedPaths, sensitiveKinds } from './protected.ts';

export type UserPatchResult = { ok: true; object: KubeObject; operations: number } | { ok: false; reason: string };

const maximumOperations = 1000;
/** Characters of the patched object as JSON. An API server takes no more than about 1.5 MiB; `copy` could double a text without end. */
const maximumSize = 2 << 20;

/**
 * The golden object with the user's JSON patch (RFC 6902) applied to a copy. Refused, with the reason for people: a text that is no
 * patch, a sensitive kind, an operation that reaches a protected path, one that does not apply, a result that is another object.
 */
export function applyUserPatch(golden: KubeObject, text: string): UserPatchResult {
  try {
    const operations = parseJsonPatch(text);
    if (sensitiveKinds.has(golden.kind)) return refused(`${golden.kind} is a sensitive kind: it takes no patch`);
    const breach = breaches(pointersOf(operations), protectedPaths)[0];
    if (breach) return refused(`path ${JSON.stringify(breach.pointer)} is forbidden: it reaches ${breach.protectedPath}`);
    if (operations.length > maximumOperations) return refused(`${operations.length} operations; at most ${maximumOperations} are taken`);
    // Parents that an operation may rely on, whatever the golden object happens to have.
    const metadata = { ...golden.metadata, labels: { ...golden.metadata.labels }, annotations: { ...golden.metadata.annotations } };
    let document = toJson({ ...golden, metadata });
    for (const [index, operation] of operations.entries()) {
      document = applyOne(document, operation, index);
      if (operation.op === 'copy' && JSON.stringify(document).length > maximumSize)
        return refused(`operation ${index}: the object grows too large`);
    }
    const changed = changedIdentity(golden, document);
    if (changed.length > 0) return refused(`changing ${changed.join(', ')} is forbidden`);
    return isKubeObject(document) ? { ok: true, object: document, operations: operations.length } : refused('the result is no object');
  } catch (error) {
    if (error instanceof JsonPatchError) return refused(error.message);
    throw error;
  }
}

function refused(reason: string): UserPatchResult {
  return { ok: false, reason };
}

/** One operation, its fault numbered by its place in the whole list. */
function applyOne(document: JsonValue, operation: JsonPatchOperation, index: number): JsonValue {
  try {
    return applyJsonPatch(document, [operation]);
  } catch (error) {
    if (error instanceof JsonPatchError) throw new JsonPatchError(index, error.message.replace(/^operation 0: /, ''));
    throw error;
  }
}
