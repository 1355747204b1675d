import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { AutopilotError } from '../errors.ts';

/** One member of a mapping: how it is read, and whether it must be there. */
type Members = Readonly<Record<string, 'required' | 'optional'>>;

/**
 * Reads one YAML file into typed data and collects every fault with file, line and column, so that all of them are told at once.
 * Aliases are resolved; a merge key is refused, since no asset needs one.
 */
export class YamlReader {
  readonly file: string;
  readonly faults: string[] = [];
  readonly #lines = new LineCounter();
  readonly #document: Document;

  constructor(file: string, text: string) {
    this.file = file;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    for (const error of this.#document.errors) this.#fault(error.pos[0], error.message);
  }

  get root(): Node | null {
    return nodeOf(this.#document.contents);
  }

  line(node: Node | null | undefined): number {
    return node?.range ? this.#lines.linePos(node.range[0]).line : 1;
  }

  fault(node: Node | null | undefined, message: string): void {
    this.#fault(node?.range?.[0] ?? 0, message);
  }

  /** Throws `CatalogInvalid` when anything was wrong. */
  finish(): void {
    if (this.faults.length === 0) return;
    throw new AutopilotError('CatalogInvalid', this.faults.join('\n'), { hint: 'docs/customization.md describes the catalog' });
  }

  /** The members of a mapping by name; unknown and missing ones are faults. */
  mapping(node: Node | null | undefined, what: string, members: Members): Map<string, Node | null> {
    const found = new Map<string, Node | null>();
    const map = this.resolve(node);
    if (!isMap(map)) {
      this.fault(node, `${what} must be a mapping`);
      return found;
    }
    for (const pair of map.items) {
      const key = keyOf(pair);
      if (!(key in members))
        this.fault(isScalar(pair.key) ? pair.key : map, `${what}: unknown field "${key}"; known are ${Object.keys(members).join(', ')}`);
      else found.set(key, this.resolve(nodeOf(pair.value)));
    }
    for (const [name, need] of Object.entries(members)) {
      if (need === 'required' && !found.has(name)) this.fault(map, `${what}: field "${name}" is missing`);
    }
    return found;
  }

  list(node: Node | null | undefined, what: string): (Node | null)[] {
    if (node === undefined) return [];
    const seq = this.resolve(node);
    if (isSeq(seq)) return seq.items.map((item) => this.resolve(nodeOf(item)));
    this.fault(node, `${what} must be a list`);
    return [];
  }

  text(node: Node | null | undefined, what: string): string {
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === 'string' && value !== '') return value;
    if (node !== undefined) this.fault(node, `${what} must be a text that is not empty`);
    return '';
  }

  optionalText(node: Node | null | undefined, what: string): string | undefined {
    return node === undefined ? undefined : this.text(node, what);
  }

  texts(node: Node | null | undefined, what: string): string[] {
    return this.list(node, what).map((item) => this.text(item, `an item of ${what}`));
  }

  whole(node: Node | null | undefined, what: string): number {
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
    if (node !== undefined) this.fault(node, `${what} must be a whole number, 0 or more`);
    return 0;
  }

  choice<T extends string>(node: Node | null | undefined, what: string, choices: readonly T[], fallback: T): T {
    const value = isScalar(node) ? node.value : undefined;
    const found = choices.find((choice) => choice === value);
    if (found === undefined && node !== undefined)
      this.fault(node, `${what} must be one of ${choices.join(', ')}, not ${JSON.stringify(value)}`);
    return found ?? fallback;
  }

  /** A mapping of texts to texts. */
  textMap(node: Node | null | undefined, what: string): Record<string, string> {
    const result: Record<string, string> = {};
    if (node === undefined) return result;
    const map = this.resolve(node);
    if (!isMap(map)) {
      this.fault(node, `${what} must be a mapping`);
      return result;
    }
    for (const pair of map.items) result[keyOf(pair)] = this.text(this.resolve(nodeOf(pair.value)), `${what}.${keyOf(pair)}`);
    return result;
  }

  resolve(node: Node | null | undefined): Node | null {
    if (node === null || node === undefined) return null;
    if (!isAlias(node)) return node;
    const target = node.resolve(this.#document);
    if (target === undefined) this.fault(node, `the alias *${node.source} names no anchor`);
    return target ?? null;
  }

  #fault(offset: number, message: string): void {
    const { line, col } = this.#lines.linePos(offset);
    this.faults.push(`${this.file}:${line}:${col}: ${message}`);
  }
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function nodeOf(value: unknown): Node | null {
  return isNode(value) ? value : null;
}
