import { hash } from 'node:crypto';
import type { JsonObject } from '@caretaker/kube';
import { isRecord } from '../json/value.ts';

/**
 * The fields of one managedFields entry (FieldsV1, structured-merge-diff's `fieldpath.Set` as JSON). Equal sets are one object: thousands
 * of children made from one template share theirs, which is most of what keeps a converged child small.
 */
export class FieldSet {
  /** Equal for equal sets. */
  readonly hash: string;
  private readonly text: string;

  private constructor(hash: string, text: string) {
    this.hash = hash;
    this.text = text;
  }

  /** The one set with these fields. */
  static of(fieldsV1: JsonObject): FieldSet {
    const text = JSON.stringify(fieldsV1);
    const key = hash('sha1', text, 'base64');
    const known = interned.get(key)?.deref();
    if (known) return known;
    const set = new FieldSet(key, text);
    interned.set(key, new WeakRef(set));
    forgotten.register(set, key);
    return set;
  }

  /** FieldsV1 as JSON; a new copy each time. */
  fields(): Record<string, unknown> {
    const parsed: unknown = JSON.parse(this.text);
    return isRecord(parsed) ? parsed : {};
  }
}

const interned = new Map<string, WeakRef<FieldSet>>();
const forgotten = new FinalizationRegistry<string>((key) => {
  if (!interned.get(key)?.deref()) interned.delete(key);
});
