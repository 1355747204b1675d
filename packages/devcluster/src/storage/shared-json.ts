/**
 * JSON objects that many stored objects have in common, the field sets of managedFields above all: one copy of each, found by its text. Shared objects
 * are frozen by convention.
 */
import type { JsonObject } from '@caretaker/kube';

/** So many texts are looked out for, the ones used last. */
const CAPACITY = 1024;

interface Entry {
  readonly object: JsonObject;
  /** Met more than once. */
  shared: boolean;
}

const byText = new Map<string, Entry>();
const texts = new WeakMap<object, string>();

/** The object that all objects with this text share. */
export function shareJson(text: string): JsonObject {
  const known = byText.get(text);
  if (known === undefined) {
    if (byText.size >= CAPACITY) forgetOldest();
    const object = JSON.parse(text) as JsonObject;
    byText.set(text, { object, shared: false });
    return object;
  }
  if (!known.shared) {
    known.shared = true;
    texts.set(known.object, text);
  }
  return known.object;
}

/** The text of an object that several have in common, undefined for all others. */
export function sharedText(object: object): string | undefined {
  return texts.get(object);
}

/** What was met only once goes before what is shared; where nearly all are shared, all begin anew. */
function forgetOldest(): void {
  for (const [text, entry] of byText) {
    if (!entry.shared) byText.delete(text);
    if (byText.size <= CAPACITY / 2) return;
  }
  if (byText.size > (CAPACITY * 3) / 4) byText.clear();
}
