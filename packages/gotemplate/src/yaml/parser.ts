import { GoError } from '../errors.ts';
import { YamlScanner } from './scanner.ts';
import type { YamlTokenType } from './token.ts';

/** A node of a YAML document. Aliases are the nodes they name. */
export type DocumentNode =
  | { readonly kind: 'scalar'; readonly text: string; readonly tag: string; readonly implicit: boolean }
  | { readonly kind: 'sequence'; readonly items: DocumentNode[] }
  | { readonly kind: 'mapping'; readonly entries: [DocumentNode, DocumentNode][] }
  | { readonly kind: 'alias'; readonly target: DocumentNode };

function fail(problem: string): never {
  throw new GoError(`yaml: ${problem}`);
}

function empty(): DocumentNode {
  return { kind: 'scalar', text: '', tag: '', implicit: true };
}

/** Parses the first document of a stream as go-yaml v2 does. */
class DocumentParser {
  readonly #scanner: YamlScanner;
  readonly #anchors = new Map<string, DocumentNode>();
  readonly #tags = new Map<string, string>();

  constructor(text: string) {
    this.#scanner = new YamlScanner(text);
  }

  #at(...types: YamlTokenType[]): boolean {
    return types.includes(this.#scanner.peek().type);
  }

  /** The document's root, or undefined for an empty stream. */
  document(): DocumentNode | undefined {
    // Before the first document nothing is ended, so that "..." there belongs to none.
    if (this.#at('versionDirective', 'tagDirective', 'documentStart')) {
      this.#directives();
      if (!this.#at('documentStart')) fail('did not find expected <document start>');
      this.#scanner.take();
      if (this.#at('versionDirective', 'tagDirective', 'documentStart', 'documentEnd', 'streamEnd')) return empty();
    } else if (this.#at('streamEnd')) return undefined;
    else this.#directives();
    const root = this.#node(true, false);
    // Looking for the end of the document may meet a broken token.
    this.#scanner.peek();
    return root;
  }

  #directives(): void {
    let version = false;
    while (this.#at('versionDirective', 'tagDirective')) {
      const t = this.#scanner.take();
      if (t.type === 'versionDirective') {
        if (version) fail('found duplicate %YAML directive');
        if (t.text !== '1.1') fail('found incompatible YAML document');
        version = true;
      } else {
        if (this.#tags.has(t.text)) fail('found duplicate %TAG directive');
        this.#tags.set(t.text, t.suffix);
      }
    }
    if (!this.#tags.has('!')) this.#tags.set('!', '!');
    if (!this.#tags.has('!!')) this.#tags.set('!!', 'tag:yaml.org,2002:');
  }

  #resolveTag(handle: string, suffix: string): string {
    if (handle === '') return suffix;
    const prefix = this.#tags.get(handle);
    return prefix === undefined ? fail('found undefined tag handle') : prefix + suffix;
  }

  #node(block: boolean, indentlessSequence: boolean): DocumentNode {
    if (this.#at('alias')) {
      const name = this.#scanner.take().text;
      return { kind: 'alias', target: this.#anchors.get(name) ?? fail(`unknown anchor '${name}' referenced`) };
    }
    let anchor: string | undefined;
    let tag: string | undefined;
    const takeAnchor = (): void => {
      if (this.#at('anchor')) anchor = this.#scanner.take().text;
    };
    const takeTag = (): void => {
      if (!this.#at('tag')) return;
      const t = this.#scanner.take();
      tag = this.#resolveTag(t.text, t.suffix);
    };
    if (this.#at('anchor')) {
      takeAnchor();
      takeTag();
    } else if (this.#at('tag')) {
      takeTag();
      takeAnchor();
    }
    const remember = (n: DocumentNode): DocumentNode => {
      if (anchor !== undefined) this.#anchors.set(anchor, n);
      return n;
    };
    if (indentlessSequence && this.#at('blockEntry')) return this.#indentless(remember);
    if (this.#at('scalar')) {
      const t = this.#scanner.take();
      const noTag = tag === undefined || tag === '';
      return remember({ kind: 'scalar', text: t.text, tag: tag ?? '', implicit: (noTag && t.plain) || tag === '!' });
    }
    if (this.#at('flowSequenceStart')) return this.#flowSequence(remember);
    if (this.#at('flowMappingStart')) return this.#flowMapping(remember);
    if (block && this.#at('blockSequenceStart')) return this.#blockSequence(remember);
    if (block && this.#at('blockMappingStart')) return this.#blockMapping(remember);
    if (anchor === undefined && (tag === undefined || tag === '')) fail('did not find expected node content');
    return remember({ kind: 'scalar', text: '', tag: tag ?? '', implicit: tag === undefined || tag === '' });
  }

  #sequence(remember: (n: DocumentNode) => DocumentNode): DocumentNode[] {
    const items: DocumentNode[] = [];
    remember({ kind: 'sequence', items });
    return items;
  }

  #mapping(remember: (n: DocumentNode) => DocumentNode): [DocumentNode, DocumentNode][] {
    const entries: [DocumentNode, DocumentNode][] = [];
    remember({ kind: 'mapping', entries });
    return entries;
  }

  #blockSequence(remember: (n: DocumentNode) => DocumentNode): DocumentNode {
    const items = this.#sequence(remember);
    this.#scanner.take();
    while (this.#at('blockEntry')) {
      this.#scanner.take();
      items.push(this.#at('blockEntry', 'blockEnd') ? empty() : this.#node(true, false));
    }
    if (!this.#at('blockEnd')) fail("did not find expected '-' indicator");
    this.#scanner.take();
    return { kind: 'sequence', items };
  }

  #indentless(remember: (n: DocumentNode) => DocumentNode): DocumentNode {
    const items = this.#sequence(remember);
    while (this.#at('blockEntry')) {
      this.#scanner.take();
      items.push(this.#at('blockEntry', 'key', 'value', 'blockEnd') ? empty() : this.#node(true, false));
    }
    return { kind: 'sequence', items };
  }

  #blockMapping(remember: (n: DocumentNode) => DocumentNode): DocumentNode {
    const entries = this.#mapping(remember);
    this.#scanner.take();
    while (this.#at('key')) {
      this.#scanner.take();
      const key = this.#at('key', 'value', 'blockEnd') ? empty() : this.#node(true, true);
      let value = empty();
      if (this.#at('value')) {
        this.#scanner.take();
        if (!this.#at('key', 'value', 'blockEnd')) value = this.#node(true, true);
      }
      entries.push([key, value]);
    }
    if (!this.#at('blockEnd')) fail('did not find expected key');
    this.#scanner.take();
    return { kind: 'mapping', entries };
  }

  #flowSequence(remember: (n: DocumentNode) => DocumentNode): DocumentNode {
    const items = this.#sequence(remember);
    this.#scanner.take();
    while (!this.#at('flowSequenceEnd')) {
      if (items.length > 0) {
        if (!this.#at('flowEntry')) fail("did not find expected ',' or ']'");
        this.#scanner.take();
        if (this.#at('flowSequenceEnd')) break;
      }
      items.push(this.#at('key') ? this.#flowPair() : this.#node(false, false));
    }
    this.#scanner.take();
    return { kind: 'sequence', items };
  }

  /** [a: b] holds a mapping of one entry. */
  #flowPair(): DocumentNode {
    this.#scanner.take();
    let key = empty();
    if (!this.#at('value', 'flowEntry', 'flowSequenceEnd')) key = this.#node(false, false);
    // libyaml takes the token that shows the key to be empty, whatever it is.
    else this.#scanner.take();
    let value = empty();
    if (this.#at('value')) {
      this.#scanner.take();
      if (!this.#at('flowEntry', 'flowSequenceEnd')) value = this.#node(false, false);
    }
    return { kind: 'mapping', entries: [[key, value]] };
  }

  #flowMapping(remember: (n: DocumentNode) => DocumentNode): DocumentNode {
    const entries = this.#mapping(remember);
    this.#scanner.take();
    while (!this.#at('flowMappingEnd')) {
      if (entries.length > 0) {
        if (!this.#at('flowEntry')) fail("did not find expected ',' or '}'");
        this.#scanner.take();
        if (this.#at('flowMappingEnd')) break;
      }
      entries.push(this.#flowEntry());
    }
    this.#scanner.take();
    return { kind: 'mapping', entries };
  }

  #flowEntry(): [DocumentNode, DocumentNode] {
    if (!this.#at('key')) return [this.#node(false, false), empty()];
    this.#scanner.take();
    const key = this.#at('value', 'flowEntry', 'flowMappingEnd') ? empty() : this.#node(false, false);
    if (!this.#at('value')) return [key, empty()];
    this.#scanner.take();
    return [key, this.#at('flowEntry', 'flowMappingEnd') ? empty() : this.#node(false, false)];
  }
}

/** The root of the first document, or undefined for a stream without one. Throws {@link GoError}. */
export function parseYaml(text: string): DocumentNode | undefined {
  return new DocumentParser(text).document();
}
