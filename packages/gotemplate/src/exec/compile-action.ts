import { GoError } from '../errors.ts';
import { sprint } from '../fmt/printer.ts';
import type { ActionNode, BranchNode, ListNode, Node, TemplateNode } from '../parse/node.ts';
import { nodeText } from '../parse/node-text.ts';
import { quote } from '../text/quote.ts';
import { GoFunction } from '../value/function.ts';
import type { Value } from '../value/value.ts';
import { compilePipeline } from './compile-pipeline.ts';
import { compileRange } from './compile-range.ts';
import type { Compiler } from './compiler.ts';
import type { Exec, Scope } from './evaluator.ts';
import { BREAK, CONTINUE, NEXT } from './evaluator.ts';
import type { State } from './state.ts';
import { isTrue } from './truth.ts';

/** A sequence of actions; it stops at a break or continue. */
export function compileList(c: Compiler, list: ListNode, scope: Scope): Exec {
  const steps = list.nodes.map((n) => compileNode(c, n, scope));
  const [only] = steps;
  if (only !== undefined && steps.length === 1) return only;
  return (s, dot) => {
    for (const step of steps) {
      const flow = step(s, dot);
      if (flow !== NEXT) return flow;
    }
    return NEXT;
  };
}

function compileNode(c: Compiler, n: Node, scope: Scope): Exec {
  switch (n.type) {
    case 'text':
      return (s) => {
        s.write(n.text);
        return NEXT;
      };
    case 'action':
      return compileOutput(c, n, scope);
    case 'if':
    case 'with':
      return compileBranch(c, n, scope);
    case 'range':
      return compileRange(c, n, scope);
    case 'template':
      return compileTemplate(c, n, scope);
    case 'break':
      return () => BREAK;
    case 'continue':
      return () => CONTINUE;
    case 'list':
      return compileList(c, n, scope);
    default:
      return (s) => s.fail(`unknown node: ${nodeText(n)}`);
  }
}

/** Writes what a pipeline gives, unless it goes to a variable. */
function compileOutput(c: Compiler, n: ActionNode, scope: Scope): Exec {
  const value = compilePipeline(c, n.pipe, scope);
  if (n.pipe.decl.length > 0) {
    return (s, dot) => {
      value(s, dot);
      return NEXT;
    };
  }
  return (s, dot) => {
    const v = value(s, dot);
    if (typeof v === 'string') s.write(v);
    else {
      s.node = n;
      s.write(printed(s, n, v));
    }
    return NEXT;
  };
}

function printed(s: State, n: ActionNode, v: Value): string {
  if (v === undefined || v === null) return '<no value>';
  if (v instanceof GoFunction) s.fail(`can't print ${nodeText(n)} of type ${v.type.name}`);
  return sprint([v]);
}

/** if and with (walkIfOrWith). */
function compileBranch(c: Compiler, n: BranchNode, scope: Scope): Exec {
  const value = compilePipeline(c, n.pipe, scope);
  const isWith = n.type === 'with';
  const list = compileList(c, n.list, isWith ? { dotIsElement: false } : scope);
  const otherwise = n.elseList === undefined ? undefined : compileList(c, n.elseList, scope);
  return (s, dot) => {
    const mark = s.names.length;
    const v = value(s, dot);
    let flow = NEXT;
    if (isTrue(v)) flow = list(s, isWith ? v : dot);
    else if (otherwise !== undefined) flow = otherwise(s, dot);
    s.pop(mark);
    return flow;
  };
}

/** {{template}} (walkTemplate): the body sees its argument as dot and $, and no variable of the caller. */
function compileTemplate(c: Compiler, n: TemplateNode, scope: Scope): Exec {
  const argument = n.pipe === undefined ? undefined : compilePipeline(c, n.pipe, scope);
  return (s, dot) => {
    s.node = n;
    const body = c.body(n.name);
    if (body === undefined) return s.fail(`template ${quote(n.name)} not defined`);
    const { depth } = s.limiter.limits;
    if (s.depth >= depth) s.fail(`exceeded maximum template depth (${depth})`, new GoError('depth', 'depth'));
    s.limiter.iterate();
    const value = argument?.(s, dot);
    const { templateName, node, base } = s;
    const mark = s.names.length;
    s.base = mark;
    s.templateName = n.name;
    s.call = n;
    s.depth++;
    s.push('$', value);
    body(s, value);
    s.pop(mark);
    s.depth--;
    s.base = base;
    s.templateName = templateName;
    s.node = node;
    return NEXT;
  };
}
