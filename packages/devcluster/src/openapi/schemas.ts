import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { JsonObject, JsonValue } from '@caretaker/kube';

export const SCHEMA_REF = '#/components/schemas/';

let schemas: Readonly<Record<string, JsonObject>> | undefined;

/** `components.schemas` of all built-in groups, with descriptions; unpacked on first use. */
export function builtinSchemas(): Readonly<Record<string, JsonObject>> {
  schemas ??= JSON.parse(
    gunzipSync(readFileSync(new URL('../generated/openapi/schemas.json.gz', import.meta.url))).toString('utf8'),
  ) as Record<string, JsonObject>;
  return schemas;
}

let byKind: ReadonlyMap<string, string> | undefined;

/** Name of the schema of a built-in kind. */
export function schemaName(group: string, version: string, kind: string): string | undefined {
  byKind ??= indexByKind();
  return byKind.get(`${group}/${version}/${kind}`);
}

function indexByKind(): Map<string, string> {
  const index = new Map<string, string>();
  for (const [name, schema] of Object.entries(builtinSchemas())) {
    const kinds = schema['x-kubernetes-group-version-kind'];
    if (!Array.isArray(kinds)) continue;
    for (const each of kinds) {
      if (each === null || typeof each !== 'object' || Array.isArray(each)) continue;
      index.set(`${String(each['group'] ?? '')}/${String(each['version'] ?? '')}/${String(each['kind'] ?? '')}`, name);
    }
  }
  return index;
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
    open.push(...references(schema));
  }
  return Object.fromEntries(Object.entries(out).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Names of the schemas that a part of a document refers to. */
export function references(value: JsonValue): string[] {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap(references);
  return Object.entries(value).flatMap(([key, member]) =>
    key === '$ref' && typeof member === 'string' && member.startsWith(SCHEMA_REF) ? [member.slice(SCHEMA_REF.length)] : references(member),
  );
}
