import { showValue } from '../fmt/printer.ts';
import type { BranchNode } from '../parse/node.ts';
import { GoMap } from '../value/map.ts';
import { Missing } from '../value/missing.ts';
import { Int, int } from '../value/number.ts';
import { GoSlice } from '../value/slice.ts';
import type { GoType } from '../value/types.ts';
import type { Value } from '../value/value.ts';
import { compileList } from './compile-action.ts';
import { compilePipeline } from './compile-pipeline.ts';
import type { Compiler } from './compiler.ts';
import type { Exec, Flow, Scope } from './evaluator.ts';
import { BREAK, NEXT } from './evaluator.ts';
import type { State } from './state.ts';

/** The passes of one range: calls `pass` with index (or key) and element until it says to stop. */
type Passes = (pass: (index: Value, element: Value) => boolean) => void;

/** {{range}} (walkRange). */
export function compileRange(c: Compiler, n: BranchNode, scope: Scope): Exec {
  const value = compilePipeline(c, n.pipe, scope);
  const body = compileList(c, n.list, { dotIsElement: true });
  const otherwise = n.elseList === undefined ? undefined : compileList(c, n.elseList, scope);
  const names = n.pipe.decl.map((d) => d.ident[0] ?? '$');
  return (s, dot) => {
    s.node = n;
    const outer = s.names.length;
    const collection = value(s, dot);
    let flow: Flow = NEXT;
    const passes = passesOf(s, collection, names.length);
    if (passes === undefined) {
      if (otherwise !== undefined) flow = otherwise(s, dot);
    } else {
      const held = s.elementIsInterface;
      const inInterface = elementType(collection)?.kind === 'interface';
      const mark = s.names.length;
      passes((index, element) => {
        s.limiter.iterate();
        bind(s, names, n.pipe.isAssign, index, element, inInterface);
        s.elementIsInterface = inInterface;
        const ended = body(s, element);
        s.pop(mark);
        return ended !== BREAK;
      });
      s.elementIsInterface = held;
    }
    s.pop(outer);
    return flow;
  };
}

function elementType(collection: Value): GoType | undefined {
  return collection instanceof GoSlice || collection instanceof GoMap ? collection.type.elem : undefined;
}

/** With two variables the index comes first; with one it is the element. */
function bind(s: State, names: readonly string[], isAssign: boolean, index: Value, element: Value, inInterface: boolean): void {
  const [first, second] = names;
  if (first === undefined) return;
  if (isAssign) {
    if (second === undefined) s.assign(s.find(first), element, inInterface);
    else {
      s.assign(s.find(first), index);
      s.assign(s.find(second), element, inInterface);
    }
    return;
  }
  const top = s.names.length;
  s.assign(top - 1, element, inInterface);
  if (second !== undefined) s.assign(top - 2, index);
}

/** How to go through a collection, or undefined when there is nothing in it. */
function passesOf(s: State, collection: Value, variables: number): Passes | undefined {
  if (collection instanceof GoSlice) return collection.length === 0 ? undefined : (pass) => eachItem(collection, pass);
  if (collection instanceof GoMap) return collection.size === 0 ? undefined : (pass) => eachEntry(collection, pass);
  if (collection instanceof Int) {
    if (variables > 1) s.fail(`can't use ${showValue(collection)} to iterate over more than one variable`);
    return collection.big <= 0n ? undefined : (pass) => eachInteger(collection, pass);
  }
  if (collection === undefined || collection === null) return undefined;
  if (collection instanceof Missing) throw collection.error();
  return s.fail(`range can't iterate over ${showValue(collection)}`);
}

function eachItem(slice: GoSlice, pass: (index: Value, element: Value) => boolean): void {
  for (let i = 0; i < slice.length; i++) if (!pass(int(i), slice.at(i))) return;
}

function eachEntry(map: GoMap, pass: (index: Value, element: Value) => boolean): void {
  // Go takes keys and values before the first pass; what a pass sets is not seen.
  const entries = map.sortedKeys().map((k) => [k, map.get(k)] as const);
  for (const [key, element] of entries) if (!pass(key, element)) return;
}

function eachInteger(n: Int, pass: (index: Value, element: Value) => boolean): void {
  for (let i = 0n; i < n.big; i++) if (!pass(undefined, new Int(n.type, i))) return;
}
