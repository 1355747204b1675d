import { GoError } from '../errors.ts';
import { formatFloat } from '../fmt/float.ts';
import { typeName } from '../value/kind.ts';
import { GoMap } from '../value/map.ts';
import { Missing } from '../value/missing.ts';
import { Float, Int } from '../value/number.ts';
import { GoObject } from '../value/object.ts';
import { GoSlice } from '../value/slice.ts';
import type { Value } from '../value/value.ts';
import { visit } from '../value/visits.ts';

const NAMED: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
};
const PLAIN = /^[\x20\x21\x23-\x25\x27-\x3b\x3d\x3f-\x5b\x5d-\x7f]*$/;
const ESCAPED = /[\x00-\x1f"\\\u2028\u2029]/g;
const ESCAPED_HTML = /[\x00-\x1f"\\\u2028\u2029<>&]/g;

/** A JSON string as encoding/json writes it; `html` escapes <, > and & too. */
export function jsonString(s: string, html: boolean): string {
  if (PLAIN.test(s)) return `"${s}"`;
  const text = s
    .toWellFormed()
    .replace(html ? ESCAPED_HTML : ESCAPED, (c) => NAMED[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  // Invalid bytes come out escaped, a U+FFFD of the text itself does not.
  return `"${s.isWellFormed() ? text : escapeInvalid(s, html)}"`;
}

function escapeInvalid(s: string, html: boolean): string {
  let out = '';
  for (const c of s) out += c.isWellFormed() ? jsonString(c, html).slice(1, -1) : '\\ufffd';
  return out;
}

/** A float64 as encoding/json writes it. */
export function jsonFloat(f: number): string {
  if (!Number.isFinite(f)) throw new GoError(`json: unsupported value: ${formatFloat(f, 'g', -1)}`);
  const abs = Math.abs(f);
  if (abs !== 0 && (abs < 1e-6 || abs >= 1e21)) return formatFloat(f, 'e', -1).replace(/e-0(\d)$/, 'e-$1');
  return formatFloat(f, 'f', -1);
}

/** json.Marshal, with or without HTML escaping. Throws {@link GoError} for what JSON cannot hold. */
export function encodeJson(v: Value, html: boolean): string {
  if (typeof v === 'string') return jsonString(v, html);
  if (typeof v === 'boolean') return String(v);
  if (v === null || v === undefined) return 'null';
  if (v instanceof Int) return v.big.toString();
  if (v instanceof Float) return jsonFloat(v.value);
  if (v instanceof GoMap) return encodeMap(v, html);
  if (v instanceof GoSlice) return encodeSlice(v, html);
  if (v instanceof GoObject) return v.toJsonText();
  if (v instanceof Missing) throw v.error();
  throw new GoError(`json: unsupported type: ${typeName(v)}`);
}

function encodeSlice(v: GoSlice, html: boolean): string {
  if (v.isNil) return 'null';
  visit(v.length);
  return `[${v
    .items()
    .map((_, i) => encodeJson(v.at(i), html))
    .join(',')}]`;
}

function encodeMap(v: GoMap, html: boolean): string {
  if (v.isNil) return 'null';
  visit(v.size);
  return `{${v
    .sortedKeys()
    .map((k) => `${jsonString(k, html)}:${encodeJson(v.get(k), html)}`)
    .join(',')}}`;
}

/** json.Indent with two spaces, of text that {@link encodeJson} made. */
export function indentJson(json: string): string {
  let out = '';
  let depth = 0;
  // Set after an opening bracket: an empty one stays closed.
  let opened = false;
  const newline = (): string => `\n${'  '.repeat(depth)}`;
  for (const token of json.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^"[\]{},:]+/g) ?? []) {
    const closing = token === '}' || token === ']';
    if (closing) depth--;
    if (opened ? !closing : closing) out += newline();
    opened = token === '{' || token === '[';
    out += token;
    if (opened) depth++;
    else if (token === ',') out += newline();
    else if (token === ':') out += ' ';
  }
  return out;
}
