import type { ArgNode, NumberNode } from '../parse/node.ts';
import { nodeText } from '../parse/node-text.ts';
import { canBeNil } from '../value/kind.ts';
import { Float, Int, int } from '../value/number.ts';
import type { GoType } from '../value/types.ts';
import { T } from '../value/types.ts';
import type { Value } from '../value/value.ts';
import { compileFunction } from './compile-function.ts';
import { compileChain, compileField, compileVariable } from './compile-operand.ts';
import { compilePipeline } from './compile-pipeline.ts';
import type { Compiler } from './compiler.ts';
import type { Eval, EvalAs, Scope } from './evaluator.ts';
import { NO_FINAL } from './evaluator.ts';
import type { State } from './state.ts';
import { validate, validateOrMissing, zeroOf } from './validate.ts';

/** Compiles an argument for a parameter of a known type (evalArg). */
export function compileArgument(c: Compiler, node: ArgNode, type: GoType | undefined, scope: Scope, acceptsMissing: boolean): Eval {
  const constant = compileConstant(node, type);
  if (constant !== undefined) return constant;
  const evaluate = compileOperandValue(c, node, scope);
  if (acceptsMissing && type !== undefined) return (s, dot) => validateOrMissing(s, evaluate(s, dot), type);
  return (s, dot) => validate(s, evaluate(s, dot), type);
}

/** Compiles an argument of a method, whose parameter types are known only when it is called. */
export function compileDynamicArgument(c: Compiler, node: ArgNode, scope: Scope): EvalAs {
  const byType = new Map<string, Eval>();
  return (s, dot, type) => {
    const name = type?.name ?? '';
    let evaluate = byType.get(name);
    if (evaluate === undefined) {
      evaluate = compileArgument(c, node, type, scope, false);
      byType.set(name, evaluate);
    }
    return evaluate(s, dot);
  };
}

/** The value of an operand that is not a constant, before any check of its type. */
function compileOperandValue(c: Compiler, node: ArgNode, scope: Scope): Eval {
  switch (node.type) {
    case 'dot':
      return (s, dot) => {
        s.node = node;
        s.held = scope.dotIsElement && s.elementIsInterface;
        return dot;
      };
    case 'field': {
      const field = compileField(c, node, undefined, scope);
      return (s, dot) => field(s, dot, NO_FINAL);
    }
    case 'variable': {
      const variable = compileVariable(c, node, undefined, scope);
      return (s, dot) => variable(s, dot, NO_FINAL);
    }
    case 'chain': {
      const chain = compileChain(c, node, undefined, scope);
      return (s, dot) => chain(s, dot, NO_FINAL);
    }
    case 'identifier': {
      const call = compileFunction(c, node, node, [], false, scope);
      return (s, dot) => call(s, dot, NO_FINAL);
    }
    case 'pipe':
      return compilePipeline(c, node, scope);
    default:
      throw new TypeError(`a constant is no operand value: ${node.type}`);
  }
}

/** A constant read as the parameter's type says, or undefined when the node is none. */
function compileConstant(node: ArgNode, type: GoType | undefined): Eval | undefined {
  switch (node.type) {
    case 'nil':
      if (type === undefined || !canBeNil(type)) return failing(node, `cannot assign nil to ${type?.name ?? '<nil>'}`);
      return (s) => {
        s.node = node;
        return zeroOf(type);
      };
    case 'bool':
    case 'number':
    case 'string':
      return compileLiteral(node, type ?? T.any);
    default:
      return undefined;
  }
}

function failing(node: ArgNode, reason: string): Eval {
  return (s) => {
    s.node = node;
    return s.fail(reason);
  };
}

function constantly(node: ArgNode, v: Value): Eval {
  return (s) => {
    s.node = node;
    return v;
  };
}

function compileLiteral(node: ArgNode & { type: 'bool' | 'number' | 'string' }, type: GoType): Eval {
  const expected = (what: string): Eval => failing(node, `expected ${what}; found ${nodeText(node)}`);
  const literal = node.type === 'number' ? node.literal : undefined;
  switch (type.kind) {
    case 'bool':
      return node.type === 'bool' ? constantly(node, node.value) : expected('bool');
    case 'string':
      return node.type === 'string' ? constantly(node, node.text) : expected('string');
    case 'float64':
      return literal?.float === undefined ? expected('float') : constantly(node, new Float(literal.float));
    case 'int':
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
      return literal?.int === undefined ? expected('integer') : constantly(node, new Int(type, BigInt.asIntN(bitsOf(type), literal.int)));
    case 'uint':
    case 'uint8':
    case 'uint16':
    case 'uint32':
    case 'uint64':
      return literal?.uint === undefined
        ? expected('unsigned integer')
        : constantly(node, new Int(type, BigInt.asUintN(bitsOf(type), literal.uint)));
    default:
      if (type === T.any || type === T.value) return compileIdeal(node);
      return failing(node, `can't handle ${nodeText(node)} for arg of type ${type.name}`);
  }
}

function bitsOf(type: GoType): number {
  const digits = /\d+$/.exec(type.kind);
  return digits === null ? 64 : Number(digits[0]);
}

/** A constant where any type will do. */
export function compileIdeal(node: ArgNode & { type: 'bool' | 'number' | 'string' }): Eval {
  if (node.type === 'bool') return constantly(node, node.value);
  if (node.type === 'string') return constantly(node, node.text);
  return compileIdealNumber(node);
}

/** The syntax decides the type (idealConstant). */
function compileIdealNumber(node: NumberNode): Eval {
  const { text, complex, float, int: integer, uint } = node.literal;
  if (complex !== undefined) return constantly(node, complex);
  const hexInt = /^0[xX]./.test(text) && !/[pP]/.test(text);
  if (float !== undefined && !hexInt && !text.startsWith("'") && /[.eEpP]/.test(text)) return constantly(node, new Float(float));
  if (integer !== undefined) return constantly(node, int(integer));
  if (uint !== undefined) return failing(node, `${text} overflows int`);
  return constantly(node, undefined);
}

/** Compiles the arguments of a function, each for its parameter. */
export function compileArguments(
  c: Compiler,
  nodes: readonly ArgNode[],
  types: (i: number) => GoType,
  accepts: (i: number) => boolean,
  scope: Scope,
): Eval[] {
  return nodes.map((n, i) => compileArgument(c, n, types(i), scope, accepts(i)));
}

/**
 * An index of the builtin slice, which does not look into interfaces: a value that Go holds in one is as good as nil to it, whatever
 * its type.
 */
export function asSliceIndex(node: ArgNode, evaluate: Eval): Eval {
  if (node.type !== 'field' && node.type !== 'variable' && node.type !== 'dot' && node.type !== 'chain') return evaluate;
  return (s, dot) => {
    const v = evaluate(s, dot);
    return s.held && v !== undefined ? null : v;
  };
}

/** Evaluates compiled arguments in order. */
export function evaluateAll(s: State, dot: Value, compiled: readonly Eval[]): Value[] {
  const out: Value[] = [];
  for (const e of compiled) out.push(e(s, dot));
  return out;
}
