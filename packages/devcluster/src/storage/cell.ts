import type { JsonObject, KubeObject } from '@caretaker/kube';
import { sharedText } from './shared-json.ts';
import { SharedTexts } from './shared-text.ts';
import { templateSpan } from './text-span.ts';

/** Stands in a text for a part that many objects share. A number that no object has: the smallest there is. */
const HOLE = Number.MIN_VALUE;
const HOLE_TEXT = `"fieldsV1":${JSON.stringify(HOLE)}`;

const NONE: readonly JsonObject[] = [];
const templates = new SharedTexts();

/**
 * One version of one object. A young cell holds it as an object; an old one only as text, a fifth of the size, and gives out a copy of its own at each call.
 * Field sets and specs of pod templates that many objects have in common are left out of the text: they are most of it.
 * (No WeakRef: its targets live until the event loop turns, which a simulation on virtual time may not do for long.)
 */
export class Cell {
  #object: KubeObject | undefined;
  #text: string | undefined;
  /** What the holes of the text stand for, in order. */
  #shared = NONE;
  /** The spec of the pod template where it was cut out of the text, and where that was. */
  #template: string | undefined;
  #at = 0;
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
    this.#compact();
    const text = this.#text ?? 'null';
    if (this.#shared.length === 0) return this.#withTemplate();
    const cut = this.#template;
    let out = '';
    let from = 0;
    let open = cut !== undefined;
    for (const part of this.#shared) {
      const hole = text.indexOf(HOLE_TEXT, from);
      if (open && this.#at <= hole) {
        out += text.slice(from, this.#at) + cut;
        from = this.#at;
        open = false;
      }
      out += `${text.slice(from, hole)}"fieldsV1":${sharedText(part) ?? JSON.stringify(part)}`;
      from = hole + HOLE_TEXT.length;
    }
    // a hole too many: something in the object looks like one
    if (text.includes(HOLE_TEXT, from)) return JSON.stringify(this.object);
    return open ? out + text.slice(from, this.#at) + cut + text.slice(this.#at) : out + text.slice(from);
  }

  /** False when the object's text cannot contain a piece; true when it may. */
  mayContain(piece: string): boolean {
    return this.#object !== undefined || this.#text === undefined || this.#text.includes(piece) || this.#template?.includes(piece) === true;
  }

  get isYoung(): boolean {
    return this.#object !== undefined;
  }

  /** Keeps the object in memory again. */
  promote(): void {
    this.#object = this.object;
  }

  /** Lets go of the object; what is left is its text, without what others have too. */
  demote(): void {
    if (this.#object === undefined) return;
    this.#compact();
    if (this.#text !== undefined && this.#template === undefined) this.#text = this.#cut(this.#text);
    this.#object = undefined;
  }

  /** Makes the text with its holes. */
  #compact(): void {
    if (this.#text !== undefined) return;
    const object = this.#object as KubeObject;
    const entries: readonly FieldsHolder[] = object.metadata.managedFields ?? [];
    this.#shared = sharedOf(entries);
    this.#text = JSON.stringify(this.#shared.length === 0 ? object : withHoles(object, entries));
  }

  /** Takes the pod template's spec out of a text when others have the same. */
  #cut(text: string): string {
    const span = templateSpan(text);
    if (span === undefined) return text;
    const { from, to } = span;
    this.#template = templates.share(text.slice(from, to));
    this.#at = from;
    // a text of its own: a sum of pieces would keep the whole that they are of
    return this.#template === undefined ? text : [text.slice(0, from), text.slice(to)].join('');
  }

  /** The text with what was cut out of it. */
  #withTemplate(): string {
    const text = this.#text ?? 'null';
    return this.#template === undefined ? text : text.slice(0, this.#at) + this.#template + text.slice(this.#at);
  }

  #read(): KubeObject {
    const object = JSON.parse(this.#withTemplate()) as KubeObject;
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
