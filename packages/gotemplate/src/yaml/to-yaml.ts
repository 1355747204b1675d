import { GoError } from '../errors.ts';
import { formatFloat } from '../fmt/float.ts';
import { jsonFloat, jsonString } from '../json/encode.ts';
import { typeName } from '../value/kind.ts';
import { GoMap } from '../value/map.ts';
import { Missing } from '../value/missing.ts';
import { Float, Int } from '../value/number.ts';
import { GoObject } from '../value/object.ts';
import { GoSlice } from '../value/slice.ts';
import type { Value } from '../value/value.ts';
import { visit } from '../value/visits.ts';
import type { YamlNode } from './emitter.ts';
import { emitYaml } from './emitter.ts';
import { compareKeys } from './key-order.ts';
import { needsQuotes, resolvePlain } from './resolve.ts';

/** Keys longer than this many characters of JSON cannot be read back as YAML. */
const MAX_KEY = 1024;
const FORBIDDEN = /[\x7f\x80-\x84\x86-\x9f\ufffe\uffff]/;

/**
 * A string after its way through JSON and YAML's double quotes, as sigs.k8s.io/yaml sends it: NEL is a line break there, so it
 * becomes a space (more than one: line feeds) and takes the spaces around it along.
 */
function throughJson(text: string): string {
  const s = text.toWellFormed();
  if (FORBIDDEN.test(s)) throw new GoError('yaml: control characters are not allowed');
  return s.includes('\x85') ? foldNel(s) : s;
}

function foldNel(s: string): string {
  const parts = s.split('\x85');
  return parts
    .map((part, i) => {
      // Spaces at a line break go; a part of nothing but spaces between two breaks is an empty line.
      const text = part.slice(i === 0 ? 0 : leadingSpaces(part), i === parts.length - 1 ? part.length : trailingStart(part));
      if (i === parts.length - 1) return text;
      const emptyNext = i + 1 < parts.length - 1 && leadingSpaces(parts[i + 1] ?? '') === parts[i + 1]?.length;
      const emptyThis = i > 0 && text === '';
      return text + (emptyThis ? '\n' : emptyNext ? '' : ' ');
    })
    .join('');
}

function leadingSpaces(s: string): number {
  let i = 0;
  while (s[i] === ' ') i++;
  return i;
}

function trailingStart(s: string): number {
  let i = s.length;
  while (s[i - 1] === ' ') i--;
  return i;
}

function plain(text: string): YamlNode {
  return { kind: 'scalar', text, style: 'plain' };
}

function stringNode(s: string): YamlNode {
  const style = s.includes('\n') ? 'literal' : needsQuotes(s) ? 'double' : 'plain';
  return { kind: 'scalar', text: s, style };
}

/** A number that JSON wrote and YAML reads back: an integral float64 becomes an integer. */
function numberNode(json: string): YamlNode {
  const r = resolvePlain(json);
  if (r.tag === 'int') return plain(r.value.toString());
  if (r.tag !== 'float') return plain(json);
  const text = formatFloat(r.value, 'g', -1);
  return plain(text === '+Inf' ? '.inf' : text === '-Inf' ? '-.inf' : text);
}

/** A node takes far more room than an element that is only printed. */
const VISITS_PER_NODE = 4;

function listNode(list: GoSlice): YamlNode {
  visit(list.length * VISITS_PER_NODE);
  return { kind: 'list', items: list.items().map((_, i) => nodeOf(list.at(i))) };
}

function mapNode(map: GoMap): YamlNode {
  visit(map.size * VISITS_PER_NODE);
  const entries = new Map<string, Value>();
  for (const key of map.sortedKeys()) {
    if (key.includes('\x85') || [...jsonString(key, true)].length > MAX_KEY) throw new GoError("yaml: did not find expected ',' or '}'");
    entries.set(throughJson(key), map.get(key));
  }
  const keys = [...entries.keys()].sort(compareKeys);
  return { kind: 'map', entries: keys.map((k) => [stringNode(k), nodeOf(entries.get(k))]) };
}

function nodeOf(v: Value): YamlNode {
  if (typeof v === 'string') return stringNode(throughJson(v));
  if (typeof v === 'boolean') return plain(String(v));
  if (v === null || v === undefined) return plain('null');
  if (v instanceof Int) return numberNode(v.big.toString());
  if (v instanceof Float) return numberNode(jsonFloat(v.value));
  if (v instanceof GoMap) return v.isNil ? plain('null') : mapNode(v);
  if (v instanceof GoSlice) return v.isNil ? plain('null') : listNode(v);
  if (v instanceof GoObject) return stringNode(throughJson(v.toText()));
  if (v instanceof Missing) throw v.error();
  throw new GoError(`error marshaling into JSON: json: unsupported type: ${typeName(v)}`);
}

/** sigs.k8s.io/yaml's Marshal, with the final line break. Throws {@link GoError} for what it refuses. */
export function toYaml(v: Value): string {
  return emitYaml(nodeOf(v));
}
