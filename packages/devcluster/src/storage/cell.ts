import type { JsonObject, KubeObject } from '@caretaker/kube';
import { sharedText } from './shared-json.ts';

/** Stands in a text for a part that many objects share. A number that no object has: the smallest there is. */
const HOLE = Number.MIN_VALUE;
const HOLE_TEXT = `"fieldsV1":${JSON.stringify(HOLE)}`;

const NONE: readonly JsonObject[] = [];

/**
 * One version of one object. A young cell holds it as an object; an old one only as text, a fifth of the size, and gives out a copy of its own at each call.
 * Field sets that many objects have in common are left out of the text: they are most of it.
 * (No WeakRef: its targets live until the event loop turns, which a simulation on virtual time may not do for long.)
 */
export class Cell {
  #object: KubeObject | undefined;
  #text: string | undefined;
  /** What the holes of the text stand for, in order. */
  #shared = NONE;
  /** Somebody read it by name. */
  isWanted = false;

  constructor(object: KubeObject) {
    this.#object = object;
  }

  get object(): KubeObject {
    return this.#object ?? this.#read();
  }

  /** True when this very object is the cell's. */
  holds(object: KubeObject): boolean {
    return this.#object === object;
  }

  /** The object as JSON. */
  toText(): string {
    const text = this.#compact();
    if (this.#shared.length === 0) return text;
    let out = '';
    let from = 0;
    for (const part of this.#shared) {
      const at = text.indexOf(HOLE_TEXT, from);
      out += `${text.slice(from, at)}"fieldsV1":${sharedText(part) ?? JSON.stringify(part)}`;
      from = at + HOLE_TEXT.length;
    }
    // a hole too many: something in the object looks like one
    return text.includes(HOLE_TEXT, from) ? JSON.stringify(this.object) : out + text.slice(from);
  }

  /** False when the object's text cannot contain a piece; true when it may. */
  mayContain(piece: string): boolean {
    return this.#object !== undefined || this.#text === undefined || this.#text.includes(piece);
  }

  get isYoung(): boolean {
    return this.#object !== undefined;
  }

  /** Keeps the object in memory again. */
  promote(): void {
    this.#object = this.object;
  }

  /** Lets go of the object; what is left is its text. */
  demote(): void {
    if (this.#object === undefined) return;
    this.#compact();
    this.#object = undefined;
  }

  /** The text with its holes. */
  #compact(): string {
    if (this.#text === undefined) {
      const object = this.#object as KubeObject;
      const entries: readonly FieldsHolder[] = object.metadata.managedFields ?? [];
      this.#shared = sharedOf(entries);
      this.#text = JSON.stringify(this.#shared.length === 0 ? object : withHoles(object, entries));
    }
    return this.#text;
  }

  #read(): KubeObject {
    const object = JSON.parse(this.#text ?? 'null') as KubeObject;
    if (this.#shared.length === 0) return object;
    const entries: FieldsHolder[] = object.metadata.managedFields ?? [];
    let next = 0;
    for (const entry of entries) if (entry.fieldsV1 === HOLE) entry.fieldsV1 = this.#shared[next++];
    return object;
  }
}

/** An entry of managedFields, as far as texts are concerned. */
interface FieldsHolder {
  fieldsV1?: unknown;
}

function sharedOf(entries: readonly FieldsHolder[]): readonly JsonObject[] {
  const shared = entries.map((entry) => entry.fieldsV1).filter(isShared);
  return shared.length === 0 ? NONE : shared;
}

function isShared(fields: unknown): fields is JsonObject {
  return typeof fields === 'object' && fields !== null && sharedText(fields) !== undefined;
}

function withHoles(object: KubeObject, entries: readonly FieldsHolder[]): unknown {
  const managedFields = entries.map((entry) => (isShared(entry.fieldsV1) ? { ...entry, fieldsV1: HOLE } : entry));
  return { ...object, metadata: { ...object.metadata, managedFields } };
}
