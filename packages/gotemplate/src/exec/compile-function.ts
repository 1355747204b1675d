import type { ArgNode, CommandNode, IdentifierNode } from '../parse/node.ts';
import { nodeText } from '../parse/node-text.ts';
import { quote } from '../text/quote.ts';
import type { GoFunction } from '../value/function.ts';
import { typeName } from '../value/kind.ts';
import { Missing } from '../value/missing.ts';
import type { Value } from '../value/value.ts';
import { acceptsMissing, arityFault, invoke, parameterType, validateFinal } from './call.ts';
import { asSliceIndex, compileArguments, evaluateAll } from './compile-argument.ts';
import type { EvalCommand } from './compile-operand.ts';
import type { Compiler } from './compiler.ts';
import type { Eval, Scope } from './evaluator.ts';
import { NO_FINAL } from './evaluator.ts';
import { isTrue } from './truth.ts';

/**
 * A function call (evalFunction and evalCall). `node` is what errors of the function show: the command, or the name when
 * the function stands alone as an argument. `args` leaves out the name. `piped`: a value comes from the previous command.
 */
export function compileFunction(
  c: Compiler,
  name: IdentifierNode,
  node: CommandNode | IdentifierNode,
  args: readonly ArgNode[],
  piped: boolean,
  scope: Scope,
): EvalCommand {
  const found = c.find(name.ident);
  if (found === undefined) return failing(name, `${quote(name.ident)} is not a defined function`);
  const { fn, builtin } = found;
  const fault = arityFault(fn, name.ident, args.length, piped);
  if (fault !== undefined) return failing(name, fault);
  const shortCircuits = builtin && (name.ident === 'and' || name.ident === 'or');
  const accepts = (i: number): boolean => shortCircuits || acceptsMissing(fn, i);
  const plain = compileArguments(c, args, (i) => parameterType(fn, i), accepts, scope);
  const slices = builtin && name.ident === 'slice';
  const compiled = slices ? plain.map((e, i) => (i > 0 && args[i] !== undefined ? asSliceIndex(args[i], e) : e)) : plain;
  if (shortCircuits) return shortCircuit(name, compiled, name.ident === 'or');
  if (builtin && name.ident === 'call') return compileCall(fn, name, node, args, compiled);
  const [first] = compiled;
  if (compiled.length === 1 && first !== undefined && !piped) {
    return (s, dot) => {
      s.node = name;
      return invoke(s, fn, node, name.ident, [first(s, dot)]);
    };
  }
  return (s, dot, final) => {
    s.node = name;
    const values = evaluateAll(s, dot, compiled);
    if (final !== NO_FINAL) values.push(validateFinal(s, fn, final, values.length));
    return invoke(s, fn, node, name.ident, values);
  };
}

function failing(node: IdentifierNode, reason: string): EvalCommand {
  return (s) => {
    s.node = node;
    return s.fail(reason);
  };
}

/** and, or: the first argument that decides, or the last one. */
function shortCircuit(name: IdentifierNode, compiled: readonly Eval[], or: boolean): EvalCommand {
  return (s, dot, final) => {
    s.node = name;
    let v: Value;
    for (const arg of compiled) {
      v = arg(s, dot);
      if (isTrue(v) === or) return v;
    }
    return final === NO_FINAL ? v : final;
  };
}

/** call: the function is a value. Its error names the argument as it was written. */
function compileCall(
  fn: GoFunction,
  name: IdentifierNode,
  node: CommandNode | IdentifierNode,
  args: readonly ArgNode[],
  compiled: readonly Eval[],
): EvalCommand {
  return (s, dot, final) => {
    s.node = name;
    const values = evaluateAll(s, dot, compiled);
    if (final instanceof Missing) throw final.error();
    if (final !== NO_FINAL) values.push(final);
    const callee = args[0] === undefined ? reflectText(values[0]) : nodeText(args[0]);
    return invoke(s, fn, node, name.ident, [callee, ...values]);
  };
}

/** reflect.Value.String. */
function reflectText(v: Value): string {
  if (typeof v === 'string') return v;
  return v === undefined || v === null ? '<invalid Value>' : `<${typeName(v)} Value>`;
}
