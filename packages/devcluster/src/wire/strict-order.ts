/** What strict decoding finds in a body, told in the order of its text as the server's decoder meets it. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { duplicateFields, eachField } from './duplicate-fields.ts';

/** As many as the decoder keeps. */
const MOST = 100;

const duplicateText = (path: string): string => `duplicate field ${JSON.stringify(path)}`;

/** What strict decoding tells of a body in which nothing stands twice. */
export const firstErrors = (unknown: readonly string[]): string[] => unknown.slice(0, MOST);

/** Duplicate members of a JSON text and, among them where they stand, the unknown fields that decoding found. */
export function strictErrors(text: string, unknown: readonly string[]): string[] {
  const duplicates = duplicateFields(text).map(duplicateText);
  if (duplicates.length === 0) return unknown.slice(0, MOST);
  if (unknown.length === 0) return [...new Set(duplicates)].slice(0, MOST);
  const waiting = new Set(unknown);
  const found = new Set<string>();
  eachField(text, (path, again) => {
    const odd = `unknown field ${JSON.stringify(path)}`;
    if (waiting.has(odd)) found.add(odd);
    // nobody reads an unknown field twice
    else if (again) found.add(duplicateText(path));
  });
  return [...new Set([...found, ...unknown])].slice(0, MOST);
}

/** The same of a custom resource, which is read into maps before anybody looks for unknown fields. */
export const repeatedFirst = (text: string, unknown: readonly string[]): string[] =>
  [...new Set([...duplicateFields(text).map(duplicateText), ...unknown])].slice(0, MOST);

/** Reads a valid JSON text as the decoder does into structs and maps: of a member that stands twice the last value wins, but objects merge. */
export function parseMerging(text: string): JsonValue {
  let at = 0;
  const skip = (): void => {
    while (/\s/.test(text.charAt(at))) at++;
  };
  const token = (): string => {
    const start = at;
    if (text.charAt(at) === '"') {
      for (at++; text.charAt(at) !== '"'; at++) if (text.charAt(at) === '\\') at++;
      at++;
    } else while (at < text.length && !/[\s,\]}]/.test(text.charAt(at))) at++;
    return text.slice(start, at);
  };
  const value = (before: JsonValue | undefined): JsonValue => {
    skip();
    const open = text.charAt(at);
    if (open === '{') return object(before);
    return open === '[' ? list() : (JSON.parse(token()) as JsonValue);
  };
  const object = (before: JsonValue | undefined): JsonObject => {
    const out: JsonObject = before !== null && typeof before === 'object' && !Array.isArray(before) ? before : {};
    at++;
    for (skip(); text.charAt(at) !== '}'; skip()) {
      if (text.charAt(at) === ',') {
        at++;
        continue;
      }
      const key = JSON.parse(token()) as string;
      skip();
      at++;
      const own = Object.hasOwn(out, key) ? out[key] : undefined;
      Object.defineProperty(out, key, { value: value(own), enumerable: true, writable: true, configurable: true });
    }
    at++;
    return out;
  };
  const list = (): JsonValue[] => {
    const out: JsonValue[] = [];
    at++;
    for (skip(); text.charAt(at) !== ']'; skip()) {
      if (text.charAt(at) === ',') at++;
      else out.push(value(undefined));
    }
    at++;
    return out;
  };
  return value(undefined);
}
