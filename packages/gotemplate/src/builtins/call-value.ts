import { GoError } from '../errors.ts';
import { zeroOf } from '../exec/validate.ts';
import type { CallContext } from '../value/function.ts';
import { GoFunction } from '../value/function.ts';
import { canBeNil, typeName, typeOf } from '../value/kind.ts';
import { Int } from '../value/number.ts';
import type { GoType } from '../value/types.ts';
import { T } from '../value/types.ts';
import type { Value } from '../value/value.ts';

/** Go's prepareArg: integers convert among themselves, all else must be of the type. */
function prepare(v: Value, type: GoType): Value {
  if (v === undefined || v === null) {
    if (!canBeNil(type)) throw new GoError(`value is nil; should be of type ${type.name}`);
    return zeroOf(type);
  }
  if (type === T.any || type === T.value || typeOf(v)?.name === type.name) return v;
  if (v instanceof Int && /^u?int/.test(type.kind)) return new Int(type, BigInt.asIntN(64, v.big));
  throw new GoError(`value has type ${typeName(v)}; should be ${type.name}`);
}

/** call: the function `fn`, which the template wrote as `name`. */
export function callValue(name: string, fn: Value, args: readonly Value[], context: CallContext): Value {
  if (fn === undefined || fn === null) throw new GoError('call of nil');
  if (!(fn instanceof GoFunction)) throw new GoError(`non-function ${name} of type ${typeName(fn)}`);
  const fixed = fn.params.length - 1;
  if (fn.variadic && args.length < fixed) throw new GoError(`wrong number of args for ${name}: got ${args.length} want at least ${fixed}`);
  if (!fn.variadic && args.length !== fn.params.length) {
    throw new GoError(`wrong number of args for ${name}: got ${args.length} want ${fn.params.length}`);
  }
  const prepared = args.map((v, i) => {
    try {
      return prepare(v, fn.params[Math.min(i, fixed)] ?? T.any);
    } catch (cause) {
      throw cause instanceof GoError ? new GoError(`arg ${i}: ${cause.message}`) : cause;
    }
  });
  return fn.call(prepared, context);
}
