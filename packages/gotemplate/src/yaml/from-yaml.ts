import { GoError } from '../errors.ts';
import { formatFloat } from '../fmt/float.ts';
import { decodeBase64 } from '../sprig/base-encoding.ts';
import { growCapacity } from '../value/capacity.ts';
import type { CallContext } from '../value/function.ts';
import { dict, GoMap } from '../value/map.ts';
import { Float } from '../value/number.ts';
import { GoSlice, list } from '../value/slice.ts';
import type { Value } from '../value/value.ts';
import type { DocumentNode } from './parser.ts';
import { parseYaml } from './parser.ts';
import type { Resolved } from './resolve.ts';
import { resolvePlain } from './resolve.ts';

const PREFIX = 'tag:yaml.org,2002:';
const RESOLVABLE: ReadonlySet<string> = new Set(['str', 'bool', 'int', 'float', 'null', 'timestamp']);

type Scalar = Extract<DocumentNode, { kind: 'scalar' }>;

/** What a scalar stands for, with its tag. */
function resolve(n: Scalar): Resolved {
  const str: Resolved = { tag: 'str', value: n.text };
  if (n.tag === '') return n.implicit ? resolvePlain(n.text) : str;
  const name = n.tag.startsWith(PREFIX) ? n.tag.slice(PREFIX.length) : undefined;
  if (name === 'binary') return { tag: 'str', value: decodeBase64(n.text).toWellFormed() };
  if (name === undefined || !RESOLVABLE.has(name) || name === 'str') return str;
  const r = resolvePlain(n.text);
  if (r.tag === name) return r;
  if (name === 'float' && r.tag === 'int' && BigInt.asIntN(64, r.value) === r.value) return { tag: 'float', value: Number(r.value) };
  throw new GoError(`yaml: cannot decode !!${r.tag} \`${n.text}\` as a !!${name}`);
}

/** The shortest text of a float32, which is how sigs.k8s.io/yaml writes a key. */
function float32Text(f: number): string {
  if (!Number.isFinite(f)) return Number.isNaN(f) ? '.nan' : f > 0 ? '.inf' : '-.inf';
  const rounded = Math.fround(f);
  for (let precision = 1; precision <= 9; precision++) {
    const text = formatFloat(rounded, 'g', precision);
    if (Math.fround(Number(text)) === rounded) return formatFloat(Number(text), 'g', -1);
  }
  return formatFloat(rounded, 'g', -1);
}

/** Decodes a tree as yaml.Unmarshal into an interface and back through JSON does. */
class Decoder {
  readonly #open = new Set<DocumentNode>();
  /** Maps with a key that JSON cannot have: an error, unless a later duplicate of its own key replaces the map. */
  readonly #unsupported = new Set<GoMap>();
  readonly #context: CallContext | undefined;

  constructor(context: CallContext | undefined) {
    this.#context = context;
  }

  /** The tree on its way through JSON: refuses what JSON cannot hold. */
  document(n: DocumentNode): Value {
    const v = this.value(n);
    this.#check(v);
    return v;
  }

  #check(v: Value): void {
    if (v instanceof Float && !Number.isFinite(v.value)) throw new GoError('json: unsupported value');
    if (v instanceof GoSlice) for (const e of v.items()) this.#check(e);
    if (!(v instanceof GoMap)) return;
    if (this.#unsupported.has(v)) throw new GoError('unsupported map key');
    for (const k of v.sortedKeys()) this.#check(v.get(k));
  }

  value(n: DocumentNode): Value {
    this.#context?.limiter.iterate();
    switch (n.kind) {
      case 'scalar':
        return this.#scalar(n);
      case 'sequence': {
        const items = n.items.map((i) => this.value(i));
        return list(items, growCapacity(items.length));
      }
      case 'mapping': {
        const map = dict();
        this.#fill(map, n.entries);
        return map;
      }
      case 'alias':
        return this.#alias(n, () => this.value(n.target));
    }
  }

  #alias<R>(n: DocumentNode, run: () => R): R {
    if (this.#open.has(n)) throw new GoError('yaml: anchor value contains itself');
    this.#open.add(n);
    const result = run();
    this.#open.delete(n);
    return result;
  }

  #scalar(n: Scalar): Value {
    const r = resolve(n);
    switch (r.tag) {
      case 'null':
        return null;
      case 'int':
        return new Float(Number(r.value));
      case 'float':
        return new Float(r.value);
      case 'bool':
      case 'str':
        return r.value;
      case 'timestamp':
        return n.text;
    }
  }

  /** A key as JSON has it; undefined for one that JSON cannot have. */
  #key(n: DocumentNode): string | undefined {
    if (n.kind === 'alias') return this.#alias(n, () => this.#key(n.target));
    if (n.kind !== 'scalar') throw new GoError('yaml: invalid map key');
    const r = resolve(n);
    switch (r.tag) {
      case 'str':
        return r.value;
      case 'bool':
        return String(r.value);
      case 'float':
        return float32Text(r.value);
      case 'int':
        return BigInt.asIntN(64, r.value) === r.value ? r.value.toString() : undefined;
      case 'null':
        return undefined;
      case 'timestamp':
        return n.text;
    }
  }

  #fill(map: GoMap, entries: readonly (readonly [DocumentNode, DocumentNode])[]): void {
    for (const [key, value] of entries) {
      if (isMerge(key)) this.#merge(map, value);
      else {
        const k = this.#key(key);
        const v = this.value(value);
        if (k === undefined) this.#unsupported.add(map);
        else map.set(k, v);
      }
    }
  }

  /** `<<`: what comes later in the mapping wins, and so do earlier ones of a list. */
  #merge(map: GoMap, n: DocumentNode): void {
    if (n.kind === 'mapping') this.#fill(map, n.entries);
    else if (n.kind === 'alias') this.#mergeAlias(map, n);
    else if (n.kind === 'sequence') {
      for (const item of n.items.toReversed()) {
        if (item.kind === 'mapping') this.#fill(map, item.entries);
        else if (item.kind === 'alias') this.#mergeAlias(map, item);
        else throw new GoError('yaml: map merge requires map or sequence of maps as the value');
      }
    } else throw new GoError('yaml: map merge requires map or sequence of maps as the value');
  }

  #mergeAlias(map: GoMap, n: Extract<DocumentNode, { kind: 'alias' }>): void {
    const { target } = n;
    if (target.kind !== 'mapping') throw new GoError('yaml: map merge requires map or sequence of maps as the value');
    this.#alias(n, () => this.#fill(map, target.entries));
  }
}

function isMerge(n: DocumentNode): boolean {
  return n.kind === 'scalar' && n.text === '<<' && (n.implicit || n.tag === `${PREFIX}merge`);
}

/** The autopilot's fromYaml: the first document as a map; an empty map for anything that is none, or no YAML. */
export function fromYaml(text: string, context?: CallContext): Value {
  try {
    if (!text.isWellFormed()) return dict();
    const root = parseYaml(text);
    if (root === undefined) return dict();
    const value = new Decoder(context).document(root);
    return value instanceof GoMap ? value : dict();
  } catch (cause) {
    if (cause instanceof GoError && cause.limit === undefined) return dict();
    throw cause;
  }
}
