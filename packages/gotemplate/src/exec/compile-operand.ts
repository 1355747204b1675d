import type { ArgNode, ChainNode, FieldNode, VariableNode } from '../parse/node.ts';
import { nodeText } from '../parse/node-text.ts';
import { GoMap } from '../value/map.ts';
import type { Value } from '../value/value.ts';
import { compileArgument, compileDynamicArgument } from './compile-argument.ts';
import type { Compiler } from './compiler.ts';
import type { Final, Scope } from './evaluator.ts';
import { NO_FINAL } from './evaluator.ts';
import type { FieldChain } from './field.ts';
import { evalChain } from './field.ts';
import type { State } from './state.ts';

/** A compiled command or the head of one: it may receive the value of the previous command. */
export type EvalCommand = (s: State, dot: Value, final: Final) => Value;

/** `args` are the nodes of the whole command, undefined when the operand is itself an argument. */
function chainOf(
  c: Compiler,
  node: FieldNode | VariableNode | ChainNode,
  fields: readonly string[],
  args: readonly ArgNode[] | undefined,
  scope: Scope,
): FieldChain {
  const rest = args?.slice(1) ?? [];
  return { node, fields, args: rest, compiled: rest.map((a) => compileDynamicArgument(c, a, scope)) };
}

/** .a.b as a command or argument (evalFieldNode). */
export function compileField(c: Compiler, node: FieldNode, args: readonly ArgNode[] | undefined, scope: Scope): EvalCommand {
  const chain = chainOf(c, node, node.ident, args, scope);
  const only = node.ident.length === 1 && chain.args.length === 0 ? node.ident[0] : undefined;
  return (s, dot, final) => {
    s.node = node;
    if (only !== undefined && final === NO_FINAL && dot instanceof GoMap) {
      const v = dot.get(only);
      if (v !== undefined) {
        s.held = dot.type.elem?.kind === 'interface';
        return v;
      }
    }
    return evalChain(s, dot, dot, scope.dotIsElement && s.elementIsInterface, chain, final);
  };
}

/** Refuses arguments given to what is no function. */
export function rejectArguments(s: State, args: readonly ArgNode[] | undefined, final: Final): void {
  const first = args?.[0];
  if (first !== undefined && (args?.length !== 1 || final !== NO_FINAL)) s.fail(`can't give argument to non-function ${nodeText(first)}`);
}

/** $x or $x.a.b (evalVariableNode). */
export function compileVariable(c: Compiler, node: VariableNode, args: readonly ArgNode[] | undefined, scope: Scope): EvalCommand {
  const name = node.ident[0] ?? '$';
  if (node.ident.length === 1) {
    return (s, _dot, final) => {
      s.node = node;
      const i = s.find(name);
      rejectArguments(s, args, final);
      s.held = s.interfaces[i] ?? false;
      return s.values[i];
    };
  }
  const chain = chainOf(c, node, node.ident.slice(1), args, scope);
  return (s, dot, final) => {
    s.node = node;
    const i = s.find(name);
    return evalChain(s, dot, s.values[i], s.interfaces[i] ?? false, chain, final);
  };
}

/** (pipeline).a.b or function.a.b (evalChainNode). */
export function compileChain(c: Compiler, node: ChainNode, args: readonly ArgNode[] | undefined, scope: Scope): EvalCommand {
  const receiver = compileArgument(c, node.node, undefined, scope, false);
  const chain = chainOf(c, node, node.fields, args, scope);
  return (s, dot, final) => {
    s.node = node;
    return evalChain(s, dot, receiver(s, dot), false, chain, final);
  };
}
