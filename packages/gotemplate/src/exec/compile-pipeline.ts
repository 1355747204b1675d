import type { CommandNode, PipeNode } from '../parse/node.ts';
import { nodeText } from '../parse/node-text.ts';
import { quote } from '../text/quote.ts';
import type { Value } from '../value/value.ts';
import { compileIdeal } from './compile-argument.ts';
import { compileFunction } from './compile-function.ts';
import type { EvalCommand } from './compile-operand.ts';
import { compileChain, compileField, compileVariable, rejectArguments } from './compile-operand.ts';
import type { Compiler } from './compiler.ts';
import type { Eval, Scope } from './evaluator.ts';
import { NO_FINAL } from './evaluator.ts';

/** A pipeline, with the declaration or assignment of its variables (evalPipeline). A nil comes out as no value. */
export function compilePipeline(c: Compiler, pipe: PipeNode, scope: Scope): Eval {
  const commands = pipe.cmds.map((cmd, i) => compileCommand(c, cmd, i > 0, scope));
  const value = chainCommands(pipe, commands);
  const names = pipe.decl.map((d) => d.ident[0] ?? '$');
  if (names.length === 0) return value;
  return (s, dot) => {
    const v = value(s, dot);
    for (const name of names) {
      if (pipe.isAssign) s.assign(s.find(name), v);
      else s.push(name, v);
    }
    return v;
  };
}

function chainCommands(pipe: PipeNode, commands: readonly EvalCommand[]): Eval {
  const [first, ...rest] = commands;
  if (first === undefined) return () => undefined;
  if (rest.length === 0) {
    return (s, dot) => {
      s.node = pipe;
      const v = first(s, dot, NO_FINAL);
      return v === null ? undefined : v;
    };
  }
  return (s, dot) => {
    s.node = pipe;
    let v: Value = first(s, dot, NO_FINAL) ?? undefined;
    for (const next of rest) v = next(s, dot, v) ?? undefined;
    return v;
  };
}

/** One command (evalCommand). */
function compileCommand(c: Compiler, cmd: CommandNode, piped: boolean, scope: Scope): EvalCommand {
  const first = cmd.args[0];
  if (first === undefined) throw new TypeError('a command has at least one word');
  switch (first.type) {
    case 'field':
      return compileField(c, first, cmd.args, scope);
    case 'chain':
      return compileChain(c, first, cmd.args, scope);
    case 'variable':
      return compileVariable(c, first, cmd.args, scope);
    case 'identifier':
      return compileFunction(c, first, cmd, cmd.args.slice(1), piped, scope);
    case 'pipe': {
      const inner = compilePipeline(c, first, scope);
      return (s, dot, final) => {
        rejectArguments(s, cmd.args, final);
        return inner(s, dot);
      };
    }
    case 'dot':
      return constant(cmd, (_s, dot) => dot);
    case 'nil':
      return constant(cmd, (s) => s.fail('nil is not a command'));
    case 'bool':
    case 'number':
    case 'string':
      return constant(cmd, compileIdeal(first));
    default:
      return (s) => s.fail(`can't evaluate command ${quote(nodeText(first))}`);
  }
}

function constant(cmd: CommandNode, evaluate: Eval): EvalCommand {
  const first = cmd.args[0];
  return (s, dot, final) => {
    s.node = first;
    rejectArguments(s, cmd.args, final);
    return evaluate(s, dot);
  };
}
