import { RE2JS } from 're2js';
import { GoError } from '../errors.ts';
import { canBackquote, quote } from '../text/quote.ts';
import { parseTemplate } from './expand.ts';

/** Where a match and its groups are: start and end of each in UTF-16 units, -1 for a group that took no part. */
export type MatchIndexes = readonly number[];

/** Most templates use a handful of patterns; compiling one costs more than most matches. */
const CACHE_SIZE = 256;
const cache = new Map<string, Regexp>();

function message(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** Go's regexp on top of re2js: the same syntax, in linear time, with Go's rules for empty matches. */
export class Regexp {
  readonly #re: RE2JS;
  /** Groups by name. */
  readonly names: ReadonlyMap<string, number>;

  constructor(re: RE2JS) {
    this.#re = re;
    this.names = new Map(Object.entries(re.namedGroups()));
  }

  /** regexp.Compile. Throws {@link GoError} with Go's words. */
  static compile(pattern: string): Regexp {
    const known = cache.get(pattern);
    if (known !== undefined) return known;
    let compiled: Regexp;
    try {
      compiled = new Regexp(RE2JS.compile(pattern));
    } catch (cause) {
      throw new GoError(message(cause));
    }
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
          const group = typeof p.group === 'number' ? p.group : (this.names.get(p.group) ?? -1);
          const start = group < 0 ? -1 : (m[2 * group] ?? -1);
          return start < 0 ? '' : s.slice(start, m[2 * group + 1]);
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
