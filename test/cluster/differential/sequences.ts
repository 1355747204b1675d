/** Random sequences of requests about one object. */
import { Dice } from './dice.ts';
import type { Kind } from './kinds/kind.ts';
import { KINDS } from './kinds/kinds.ts';
import { type Json, type JsonObject, thinned, withNulls } from './shapes.ts';

export interface Step {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET';
  readonly path: string;
  readonly contentType?: string;
  /** `{{version}}` in it stands for the last resourceVersion. */
  readonly body?: Json;
}

export interface Sequence {
  readonly seed: number;
  readonly kind: string;
  readonly steps: readonly Step[];
}

const MANAGERS = ['alpha', 'beta', 'gamma'];

class Writer {
  readonly #dice: Dice;
  readonly #kind: Kind;
  readonly #name: string;
  readonly #namespace: string;

  constructor(dice: Dice, kind: Kind, name: string, namespace: string) {
    this.#dice = dice;
    this.#kind = kind;
    this.#name = name;
    this.#namespace = namespace;
  }

  #object(keep: number): JsonObject {
    const value = thinned(this.#dice, this.#kind.shape(this.#dice) ?? {}, keep) as JsonObject;
    // an empty map of an immutable ConfigMap differs from none on the real server; here an empty map is none
    for (const name of ['data', 'binaryData']) if (this.#kind.kind === 'ConfigMap' && isEmptyMap(value[name])) delete value[name];
    const metadata = { ...(value['metadata'] as JsonObject | undefined), name: this.#name };
    return { apiVersion: this.#kind.apiVersion, kind: this.#kind.kind, ...value, metadata };
  }

  #query(manager: string, more: readonly string[] = []): string {
    const parts = [`fieldManager=${manager}`, ...more];
    if (this.#dice.chance(0.15)) parts.push(`fieldValidation=${this.#dice.pick(['Strict', 'Warn', 'Ignore'])}`);
    if (this.#dice.chance(0.05)) parts.push('dryRun=All');
    return `?${parts.join('&')}`;
  }

  get #path(): string {
    return `${this.#kind.collection(this.#namespace)}/${this.#name}`;
  }

  create(): Step {
    return {
      method: 'POST',
      path: `${this.#kind.collection(this.#namespace)}${this.#query(this.#dice.pick(MANAGERS))}`,
      contentType: 'application/json',
      body: this.#object(0.95),
    };
  }

  replace(): Step {
    const body = this.#object(0.9);
    const metadata = body['metadata'] as JsonObject;
    if (this.#dice.chance(0.9)) metadata['resourceVersion'] = '{{version}}';
    return { method: 'PUT', path: `${this.#path}${this.#query(this.#dice.pick(MANAGERS))}`, contentType: 'application/json', body };
  }

  apply(): Step {
    const body = this.#object(this.#dice.pick([0.5, 0.75, 0.95]));
    const force = this.#dice.chance(0.4) ? ['force=true'] : [];
    return {
      method: 'PATCH',
      path: `${this.#path}${this.#query(this.#dice.pick(MANAGERS), force)}`,
      contentType: 'application/apply-patch+yaml',
      body,
    };
  }

  #fragment(): JsonObject {
    const { apiVersion: _version, kind: _kind, ...rest } = this.#object(0.4);
    const { name: _name, ...metadata } = rest['metadata'] as JsonObject;
    return withNulls(this.#dice, { ...rest, metadata }, 0.08) as JsonObject;
  }

  merge(): Step {
    return {
      method: 'PATCH',
      path: `${this.#path}${this.#query(this.#dice.pick(MANAGERS))}`,
      contentType: 'application/merge-patch+json',
      body: this.#fragment(),
    };
  }

  strategic(): Step {
    const body = this.#directed(this.#fragment());
    return {
      method: 'PATCH',
      path: `${this.#path}${this.#query(this.#dice.pick(MANAGERS))}`,
      contentType: 'application/strategic-merge-patch+json',
      body,
    };
  }

  /** Adds directives: replace, delete, and orders of elements. */
  #directed(value: Json, depth = 0): Json {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.#directed(item, depth + 1));
    const result: JsonObject = {};
    for (const [name, member] of Object.entries(value)) {
      const key = this.#kind.listKeys[name];
      result[name] = this.#directed(member, depth + 1);
      if (key === undefined || !Array.isArray(member)) continue;
      const list = result[name] as Json[];
      const keys = list.filter((item): item is JsonObject => typeof item === 'object' && item !== null).map((item) => item[key] ?? null);
      if (this.#dice.chance(0.15)) result[name] = list.map((item, i) => (i === 0 ? { [key]: keys[0] ?? null, $patch: 'delete' } : item));
      else if (this.#dice.chance(0.1)) result[name] = [...list, { $patch: 'replace' }];
      if (this.#dice.chance(0.2) && key !== 'containerPort' && keys.every((one) => one !== null))
        result[`$setElementOrder/${name}`] = this.#dice.shuffled(keys).map((one) => ({ [key]: one }));
    }
    if (depth > 0 && this.#dice.chance(0.03)) result['$patch'] = 'replace';
    return result;
  }

  json(): Step {
    const sample = this.#object(0.9);
    const operations = Array.from({ length: 1 + this.#dice.below(3) }, () => this.#operation(sample));
    return {
      method: 'PATCH',
      path: `${this.#path}${this.#query(this.#dice.pick(MANAGERS))}`,
      contentType: 'application/json-patch+json',
      body: operations,
    };
  }

  #operation(sample: JsonObject): JsonObject {
    const path = this.#dice.pick(this.#kind.pointers);
    const op = this.#dice.pick(['add', 'add', 'replace', 'remove', 'test', 'copy', 'move']);
    if (op === 'remove') return { op, path };
    if (op === 'copy' || op === 'move') return { op, from: this.#dice.pick(this.#kind.pointers), path };
    return {
      op,
      path,
      value: valueAt(sample, path) ?? this.#dice.pick<Json>(this.#kind.kind === 'ConfigMap' ? ['x', 1, null, []] : ['x', 1, null, {}, []]),
    };
  }

  remove(): Step {
    return { method: 'DELETE', path: this.#path };
  }

  read(): Step {
    return { method: 'GET', path: this.#path };
  }
}

const isEmptyMap = (value: Json | undefined): boolean => typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** The value that the pointer leads to; `-` is the first of a list. */
function valueAt(value: Json, pointer: string): Json | undefined {
  let at: Json | undefined = value;
  for (const part of pointer.split('/').slice(1)) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Array.isArray(at) ? at[part === '-' ? 0 : Number(part)] : at[part];
  }
  return at;
}

export function makeSequence(seed: number, namespace: string): Sequence {
  const dice = new Dice(seed);
  const kind = KINDS[seed % KINDS.length] as Kind;
  const writer = new Writer(dice, kind, `o${seed}`, namespace);
  const steps: Step[] = [dice.chance(0.7) ? writer.create() : writer.apply()];
  const count = 3 + dice.below(7);
  for (let i = 0; i < count; i++) {
    const roll = dice.next();
    if (roll < 0.35) steps.push(writer.apply());
    else if (roll < 0.5) steps.push(writer.merge());
    else if (roll < 0.65) steps.push(kind.strategic ? writer.strategic() : writer.merge());
    else if (roll < 0.8) steps.push(writer.json());
    else if (roll < 0.95) steps.push(writer.replace());
    else if (roll < 0.98) steps.push(writer.create());
    else steps.push(writer.remove());
  }
  steps.push(writer.read());
  return { seed, kind: kind.name, steps };
}
