import type { Segment } from './segments.ts';

/** A path that cannot be read; `at` is the offset in the text. */
export class PathSyntaxError extends Error {
  override readonly name = 'PathSyntaxError';
  readonly at: number;
  constructor(text: string, at: number, why: string) {
    super(`${JSON.stringify(text)} is no JSONPath: ${why} at offset ${at}`);
    this.at = at;
  }
}

/**
 * Reads the JSONPath of kubectl and of the ancestor: `$.a.b`, `.a`, `{.a}`, `['a']`, `[0]`, `[-1]`, `[*]`, `.*`, `..a`,
 * `[?(@.type=="Ready")]`, `[?(@.x)]`. A backslash keeps a dot inside a name (`.metadata.annotations.a\.b/c`).
 */
export function parseJsonPath(text: string): Segment[] {
  const inner = text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text;
  let at = inner.startsWith('$') ? 1 : 0;
  const segments: Segment[] = [];
  if (at === inner.length) throw new PathSyntaxError(text, at, 'it names nothing');
  while (at < inner.length) {
    if (inner.startsWith('..', at)) {
      segments.push({ type: 'descend' });
      at += inner[at + 2] === '[' ? 2 : 1;
    } else if (inner[at] === '[') {
      const end = closingBracket(inner, at);
      if (end < 0) throw new PathSyntaxError(text, at, 'a bracket is not closed');
      segments.push(bracket(text, inner.slice(at + 1, end).trim(), at));
      at = end + 1;
    } else {
      if (inner[at] === '.') at++;
      else if (segments.length > 0) throw new PathSyntaxError(text, at, 'a dot or bracket is missing');
      const { name, next } = bareName(inner, at);
      if (name === '') throw new PathSyntaxError(text, at, 'a name is missing');
      segments.push(name === '*' ? { type: 'wildcard' } : { type: 'name', name });
      at = next;
    }
  }
  return segments;
}

function bareName(text: string, start: number): { name: string; next: number } {
  let name = '';
  let at = start;
  for (; at < text.length && text[at] !== '.' && text[at] !== '['; at++) {
    if (text[at] === '\\' && at + 1 < text.length) at++;
    name += text[at];
  }
  return { name, next: at };
}

function closingBracket(text: string, open: number): number {
  let quote = '';
  for (let at = open + 1; at < text.length; at++) {
    const char = text[at] ?? '';
    if (quote !== '') {
      if (char === '\\') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === ']') return at;
  }
  return -1;
}

function bracket(text: string, body: string, at: number): Segment {
  if (body === '*') return { type: 'wildcard' };
  if (/^-?\d+$/.test(body)) return { type: 'index', index: Number(body) };
  const quoted = unquote(body);
  if (quoted !== undefined) return { type: 'name', name: quoted };
  if (body.startsWith('?')) return filter(text, body, at);
  throw new PathSyntaxError(text, at, `[${body}] is no name in quotes, index, * or filter`);
}

function unquote(body: string): string | undefined {
  const first = body[0];
  if (body.length < 2 || (first !== "'" && first !== '"') || !body.endsWith(first)) return undefined;
  return body.slice(1, -1).replace(/\\(.)/g, '$1');
}

const filterForm = /^\?\(?\s*@\.?([^=!<>)]*?)\s*(?:(==|!=)\s*(.+?))?\s*\)?$/;

function filter(text: string, body: string, at: number): Segment {
  const match = filterForm.exec(body);
  if (!match) throw new PathSyntaxError(text, at, `filter [${body}] is not of the form ?(@.name=="value")`);
  const path = (match[1] ?? '').split('.').filter((name) => name !== '');
  if (match[2] === undefined) return { type: 'filter', path, operator: 'exists' };
  return { type: 'filter', path, operator: match[2] === '!=' ? '!=' : '==', value: literal(text, match[3] ?? '', at) };
}

function literal(text: string, source: string, at: number): unknown {
  const quoted = unquote(source);
  if (quoted !== undefined) return quoted;
  try {
    return JSON.parse(source);
  } catch {
    throw new PathSyntaxError(text, at, `${source} is no value`);
  }
}
