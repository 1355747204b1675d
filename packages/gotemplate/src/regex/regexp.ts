import { RE2JS } from 're2js';
import { GoError } from '../errors.ts';
import { canBackquote, quote } from '../text/quote.ts';
import { parseTemplate } from './expand.ts';

/** Where a match and its groups are: start and end of each in UTF-16 units, -1 for a group that took no part. */
export type MatchIndexes = readonly number[];

/** Most templates use a handful of patterns; compiling one costs more than most matches. */
const CACHE_SIZE = 256;
const cache = new Map<string, Regexp>();

const RENAMED = '__again';

/** The name that the pattern gave to a group, before {@link renameDuplicates}. */
function originalName(name: string): string {
  const at = name.indexOf(RENAMED);
  return at < 0 ? name : name.slice(0, at);
}

/** Makes the names of groups unique: re2js refuses a name that comes twice. */
function renameDuplicates(pattern: string): string {
  const seen = new Map<string, number>();
  return pattern.replace(/\\[\s\S]|\(\?P?<(\w+)>/g, (text, name: string | undefined) => {
    if (name === undefined) return text;
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count === 0 ? text : text.replace(name, `${name}${RENAMED}${count}`);
  });
}

function compileRe2(pattern: string, renamed = false): RE2JS {
  try {
    return RE2JS.compile(renamed ? renameDuplicates(pattern) : pattern);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    if (!renamed && text.includes('duplicate capture group name')) return compileRe2(pattern, true);
    throw new GoError(text.endsWith('trailing backslash at end of expression') ? `${text}: \`\`` : text);
  }
}

/** Go's regexp on top of re2js: the same syntax, in linear time, with Go's rules for empty matches. */
export class Regexp {
  readonly #re: RE2JS;
  /** The groups of each name; Go allows a name more than once. */
  readonly names: ReadonlyMap<string, readonly number[]>;

  constructor(re: RE2JS) {
    this.#re = re;
    const names = new Map<string, number[]>();
    for (const [name, group] of Object.entries(re.namedGroups())) {
      const plain = originalName(name);
      names.set(
        plain,
        [...(names.get(plain) ?? []), group].sort((a, b) => a - b),
      );
    }
    this.names = names;
  }

  /** regexp.Compile. Throws {@link GoError} with Go's words. */
  static compile(pattern: string): Regexp {
    const known = cache.get(pattern);
    if (known !== undefined) return known;
    const compiled = new Regexp(compileRe2(pattern));
    if (cache.size >= CACHE_SIZE) cache.clear();
    cache.set(pattern, compiled);
    return compiled;
  }

  /** regexp.MustCompile: the words of its panic. */
  static mustCompile(pattern: string): Regexp {
    try {
      return Regexp.compile(pattern);
    } catch (cause) {
      if (!(cause instanceof GoError)) throw cause;
      throw new GoError(`regexp: Compile(${canBackquote(pattern) ? `\`${pattern}\`` : quote(pattern)}): ${cause.message}`);
    }
  }

  /** The first match at or after `from`. */
  find(s: string, from = 0): MatchIndexes | undefined {
    const m = this.#re.matcher(s);
    if (!m.find(from)) return undefined;
    const out: number[] = [];
    for (let g = 0; g <= m.groupCount(); g++) out.push(m.start(g), m.end(g));
    return out;
  }

  matches(s: string): boolean {
    return this.#re.matcher(s).find();
  }

  /** All matches, at most `n` when it is not negative; an empty match right after another does not count. */
  findAll(s: string, n: number): MatchIndexes[] {
    const out: MatchIndexes[] = [];
    let position = 0;
    let previousEnd = -1;
    while (position <= s.length && (n < 0 || out.length < n)) {
      const m = this.find(s, position);
      if (m === undefined) break;
      const [start = 0, end = 0] = m;
      const empty = end === position;
      if (!(empty && start === previousEnd)) out.push(m);
      position = empty ? position + Math.max(widthAt(s, position), 1) : end;
      previousEnd = end;
    }
    return out;
  }

  /** ReplaceAllString and ReplaceAllLiteralString: `replacement` makes the text for a match. */
  #replaceAll(s: string, replacement: (m: MatchIndexes) => string): string {
    let out = '';
    let lastEnd = 0;
    let search = 0;
    while (search <= s.length) {
      const m = this.find(s, search);
      if (m === undefined) break;
      const [start = 0, end = 0] = m;
      out += s.slice(lastEnd, start);
      // Not for an empty match right after another match.
      if (end > lastEnd || start === 0) out += replacement(m);
      lastEnd = end;
      const width = widthAt(s, search);
      if (search + width > end) search += width;
      else if (search + 1 > end) search++;
      else search = end;
    }
    return out + s.slice(lastEnd);
  }

  /** ReplaceAllString: `$1`, `${name}` and `$$` in the replacement stand for groups. */
  replaceAll(s: string, replacement: string): string {
    const parts = parseTemplate(replacement);
    return this.#replaceAll(s, (m) =>
      parts
        .map((p) => {
          if (typeof p === 'string') return p;
          const groups = typeof p.group === 'number' ? [p.group] : (this.names.get(p.group) ?? []);
          const group = groups.find((g) => (m[2 * g] ?? -1) >= 0);
          return group === undefined ? '' : s.slice(m[2 * group], m[2 * group + 1]);
        })
        .join(''),
    );
  }

  /** ReplaceAllLiteralString. */
  replaceAllLiteral(s: string, replacement: string): string {
    return this.#replaceAll(s, () => replacement);
  }

  /** Split: at most `n` parts when it is positive; undefined, Go's nil, when it is 0. */
  split(s: string, n: number, pattern: string): string[] | undefined {
    if (n === 0) return undefined;
    if (pattern.length > 0 && s.length === 0) return [''];
    const parts: string[] = [];
    let begin = 0;
    let end = 0;
    for (const [start = 0, stop = 0] of this.findAll(s, n)) {
      if (n > 0 && parts.length === n - 1) break;
      end = start;
      if (stop !== 0) parts.push(s.slice(begin, end));
      begin = stop;
    }
    if (end !== s.length) parts.push(s.slice(begin));
    return parts;
  }
}

function widthAt(s: string, i: number): number {
  const code = s.codePointAt(i);
  return code === undefined ? 0 : code > 0xffff ? 2 : 1;
}

/** regexp.QuoteMeta. */
export function quoteMeta(s: string): string {
  return s.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
