import { GoError } from '../errors.ts';
import { Version } from '../semver/version.ts';
import type { CallContext } from '../value/function.ts';
import { GoMap } from '../value/map.ts';
import { GoSlice } from '../value/slice.ts';
import type { Value } from '../value/value.ts';

/** copystructure.Copy: maps and lists anew, all else shared, since nothing else can be changed. A bare nil is too much for it. */
export function deepCopy(v: Value, context: CallContext): Value {
  if (v === null || v === undefined) throw new GoError('reflect: call of reflect.Value.Type on zero Value');
  return copy(v, context);
}

function copy(v: Value, context: CallContext): Value {
  if (v instanceof GoMap) {
    context.limiter.iterate(v.size);
    return new GoMap(v.type, new Map(v.sortedKeys().map((k) => [k, copy(v.get(k), context)])), v.isNil);
  }
  if (v instanceof GoSlice) {
    context.limiter.iterate(v.length);
    return new GoSlice(
      v.type,
      v.items().map((e) => copy(e, context)),
      { isNil: v.isNil },
    );
  }
  // It cannot see the fields of a version, and leaves them at zero.
  return v instanceof Version ? Version.parse('0.0.0') : v;
}
