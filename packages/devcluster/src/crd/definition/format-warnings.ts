/** Formats that the server does not know: they are ignored, with a warning when they are new. */
import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { isMap } from '../../apply/typed-view.ts';
import { obj, str } from '../../validation/parts/read.ts';
import { isKnownFormat } from '../formats.ts';
import { schemaMap } from '../structural.ts';
import { openApiSchema, specForm } from './spec-form.ts';

const schemas = (value: JsonValue | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isMap) : []);

function collect(schema: JsonObject | undefined, found: string[]): void {
  if (schema === undefined) return;
  const format = str(schema, 'format');
  if (format !== '' && !isKnownFormat(str(schema, 'type'), format)) found.push(format);
  for (const name of ['items', 'additionalProperties', 'not']) collect(obj(schema, name), found);
  for (const name of ['allOf', 'oneOf', 'anyOf']) for (const one of schemas(schema[name])) collect(one, found);
  for (const property of schemaMap(schema['properties']).values()) collect(property, found);
}

function unknownFormats(definition: KubeObject): string[] {
  const form = specForm(definition as unknown as JsonObject);
  const found: string[] = [];
  collect(openApiSchema(obj(form.spec, 'validation')), found);
  for (const version of form.versions) collect(openApiSchema(obj(version, 'schema')), found);
  return found;
}

export function definitionWarnings(next: KubeObject, live: KubeObject | undefined, warnings: string[]): void {
  const before = new Set(live === undefined ? [] : unknownFormats(live));
  for (const format of unknownFormats(next)) {
    if (!before.has(format)) warnings.push(`unrecognized format ${JSON.stringify(format)}`);
  }
}
