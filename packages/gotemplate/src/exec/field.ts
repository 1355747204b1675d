import type { ArgNode, Node } from '../parse/node.ts';
import { quote } from '../text/quote.ts';
import { typeOf } from '../value/kind.ts';
import { GoMap } from '../value/map.ts';
import { Missing } from '../value/missing.ts';
import { GoObject } from '../value/object.ts';
import type { Value } from '../value/value.ts';
import { callMethod } from './call.ts';
import type { EvalAs, Final } from './evaluator.ts';
import { NO_FINAL } from './evaluator.ts';
import type { State } from './state.ts';

/** A chain of fields, and the arguments that the last one gets if it is a method. */
export interface FieldChain {
  readonly node: Node;
  readonly fields: readonly string[];
  /** The nodes after the first, undefined when the chain is itself an argument. */
  readonly args: readonly ArgNode[];
  readonly compiled: readonly EvalAs[];
}

/** .X.Y.Z starting from a receiver (evalFieldChain). `inInterface`: Go holds the receiver in an interface. */
export function evalChain(s: State, dot: Value, receiver: Value, inInterface: boolean, chain: FieldChain, final: Final): Value {
  const { fields } = chain;
  let v = receiver;
  let held = inInterface;
  const last = fields.length - 1;
  for (let i = 0; i <= last; i++) {
    const name = fields[i] ?? '';
    if (v instanceof GoMap && (i < last || (final === NO_FINAL && chain.args.length === 0))) {
      // The ordinary case, kept short.
      const e = v.get(name);
      held = v.type.elem?.kind === 'interface';
      v = e === undefined ? missingEntry(s, v, name) : e;
    } else if (i < last) {
      v = evalField(s, dot, name, v, held, chain, NO_FINAL, false);
      held = false;
    } else {
      v = evalField(s, dot, name, v, held, chain, final, true);
      held = false;
    }
  }
  s.held = held;
  return v;
}

function missingEntry(s: State, map: GoMap, name: string): Value {
  switch (s.missingKey) {
    case 'default':
      return undefined;
    case 'zero':
      return map.type.elem?.kind === 'string' ? '' : null;
    case 'error':
      return s.fail(`map has no entry for key ${quote(name)}`, undefined, name);
    case 'handled':
      return s.missing(`map has no entry for key ${quote(name)}`, name);
  }
}

/** One field or method of a receiver (evalField). */
function evalField(
  s: State,
  dot: Value,
  name: string,
  receiver: Value,
  held: boolean,
  chain: FieldChain,
  final: Final,
  isLast: boolean,
): Value {
  if (receiver instanceof Missing) return receiver;
  if (receiver === undefined) {
    if (s.missingKey === 'default' || s.missingKey === 'zero') return undefined;
    const reason = `nil data; no entry for key ${quote(name)}`;
    return s.missingKey === 'handled' ? s.missing(reason, name) : s.fail(reason, undefined, name);
  }
  if (receiver === null) {
    const reason = `nil pointer evaluating interface {}.${name}`;
    return s.missingKey === 'handled' ? s.missing(reason, name) : s.fail(reason);
  }
  const hasArgs = isLast && (chain.args.length > 0 || final !== NO_FINAL);
  if (receiver instanceof GoObject) {
    const method = receiver.method(name);
    if (method !== undefined) return callMethod(s, dot, method, chain.node, name, isLast ? chain.compiled : [], isLast ? final : NO_FINAL);
    const field = receiver.field(name);
    if (field !== undefined) {
      if (hasArgs) s.fail(`${name} has arguments but cannot be invoked as function`);
      return field;
    }
  }
  if (receiver instanceof GoMap) {
    if (hasArgs) s.fail(`${name} is not a method but has arguments`);
    return receiver.get(name) ?? missingEntry(s, receiver, name);
  }
  return s.fail(`can't evaluate field ${name} in type ${held ? 'interface {}' : (typeOf(receiver)?.name ?? 'interface {}')}`);
}
