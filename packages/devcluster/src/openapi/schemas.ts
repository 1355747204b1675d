import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { JsonObject } from '@caretaker/kube';

export const SCHEMA_REF = '#/components/schemas/';

let schemas: Readonly<Record<string, JsonObject>> | undefined;

/** `components.schemas` of all built-in groups, with descriptions; unpacked on first use. */
export function builtinSchemas(): Readonly<Record<string, JsonObject>> {
  schemas ??= JSON.parse(
    gunzipSync(readFileSync(new URL('../generated/openapi/schemas.json.gz', import.meta.url))).toString('utf8'),
  ) as Record<string, JsonObject>;
  return schemas;
}

/** The named schemas and all that they refer to. */
export function closure(roots: Iterable<string>, own: Readonly<Record<string, JsonObject>>): Record<string, JsonObject> {
  const out: Record<string, JsonObject> = {};
  const open = [...roots];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (out[name] !== undefined) continue;
    const schema = own[name] ?? builtinSchemas()[name];
    if (schema === undefined) continue;
    out[name] = schema;
    open.push(...references(JSON.stringify(schema)));
  }
  return Object.fromEntries(Object.entries(out).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Names of the schemas that the text of a part of a document refers to. */
export function references(text: string): string[] {
  return [...new Set([...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1] ?? ''))];
}
