import { EngineError } from '../errors/engine-error.ts';
import { parseJsonPath } from '../path/json-path.ts';
import { pointerSegments } from '../path/json-pointer.ts';
import type { Segment } from '../path/segments.ts';

/** A field to leave to others: JSON pointer (`/spec/replicas`, list indices allowed) or JSONPath (`$.spec.x[*].y`). */
export type IgnorePath = readonly Segment[];

/** Reads one entry of `ignoreFields`. Throws `EngineError` IgnoreFieldInvalid. */
export function parseIgnoreField(text: string): IgnorePath {
  try {
    const segments = text.startsWith('/') ? pointerSegments(text) : parseJsonPath(text);
    if (segments.length === 0) throw new Error('it names the whole object');
    return segments;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EngineError('IgnoreFieldInvalid', `ignoreFields entry ${JSON.stringify(text)}: ${why}`, {
      cause: error,
      hint: 'use a JSON pointer such as /spec/replicas or a JSONPath such as $.spec.replicas',
    });
  }
}
