/** Members of a JSON schema that may be a schema or something else. Each is read by a decoder of its own, without strictness. */
import type { JsonValue } from '@caretaker/kube';
import { GoDecodeError, newPlace, type Place, refuse, TypeMismatch } from './place.ts';
import type { Read } from './scalars.ts';

/** Reads by a decoder that starts anew; what it refuses is told from where the outer one is. */
function apart(read: Read, value: JsonValue, place: Place): JsonValue {
  const inner = newPlace();
  let fault: GoDecodeError | undefined;
  let result: JsonValue = null;
  try {
    result = read(value, inner);
    fault = inner.fault;
  } catch (error) {
    if (!(error instanceof GoDecodeError)) throw error;
    fault = error;
  }
  if (fault === undefined) return result;
  return refuse(fault instanceof TypeMismatch ? fault.seenFrom(place) : fault, place);
}

const isObject = (value: JsonValue): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `schema` and `lists` read a schema, a list of schemas and a list of text. */
export function schemaReaders(schema: Read, schemas: Read, texts: Read): Readonly<Record<string, Read>> {
  return {
    schemaorarray: (value, place) => {
      if (isObject(value)) return apart(schema, value, place);
      return Array.isArray(value) && value.length > 0 ? apart(schemas, value, place) : null;
    },
    schemaorbool: (value, place) => {
      if (isObject(value)) return apart(schema, value, place);
      return typeof value === 'boolean' ? value : refuse(new GoDecodeError('boolean or JSON schema expected'), place);
    },
    schemaorstrings: (value, place) => {
      if (isObject(value)) return apart(schema, value, place);
      return Array.isArray(value) && value.length > 0 ? apart(texts, value, place) : null;
    },
  };
}
