import type { NumberLiteral } from './number-literal.ts';

/** The parse tree (Go's text/template/parse/node.go). Positions are UTF-16 units into the source. */

interface At {
  readonly pos: number;
}

/** A sequence of nodes. */
export interface ListNode extends At {
  readonly type: 'list';
  readonly nodes: Node[];
}
/** Plain text. */
export interface TextNode extends At {
  readonly type: 'text';
  readonly text: string;
}
/** Commands joined by bars, with the variables that take the result. */
export interface PipeNode extends At {
  readonly type: 'pipe';
  isAssign: boolean;
  readonly decl: VariableNode[];
  readonly cmds: CommandNode[];
}
/** {{pipeline}} */
export interface ActionNode extends At {
  readonly type: 'action';
  readonly pipe: PipeNode;
}
/** One command: a function, field or constant with its arguments. */
export interface CommandNode extends At {
  readonly type: 'command';
  readonly args: ArgNode[];
}
/** A function's name. */
export interface IdentifierNode extends At {
  readonly type: 'identifier';
  readonly ident: string;
}
/** A variable with its dollar sign, possibly followed by fields. */
export interface VariableNode extends At {
  readonly type: 'variable';
  readonly ident: readonly string[];
}
/** The dot. */
export interface DotNode extends At {
  readonly type: 'dot';
}
/** The word nil. */
export interface NilNode extends At {
  readonly type: 'nil';
}
/** .a.b */
export interface FieldNode extends At {
  readonly type: 'field';
  readonly ident: readonly string[];
}
/** (pipeline).a.b */
export interface ChainNode extends At {
  readonly type: 'chain';
  readonly node: ArgNode;
  readonly fields: string[];
}
/** true or false. */
export interface BoolNode extends At {
  readonly type: 'bool';
  readonly value: boolean;
}
/** A number or character constant. */
export interface NumberNode extends At {
  readonly type: 'number';
  readonly literal: NumberLiteral;
}
/** A string constant: as written, and its value. */
export interface StringNode extends At {
  readonly type: 'string';
  readonly quoted: string;
  readonly text: string;
}
/** {{end}}; never part of a finished tree. */
export interface EndNode extends At {
  readonly type: 'end';
}
/** {{else}}; never part of a finished tree. */
export interface ElseNode extends At {
  readonly type: 'else';
}
/** {{if}}, {{range}} or {{with}}. */
export interface BranchNode extends At {
  readonly type: 'if' | 'range' | 'with';
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList: ListNode | undefined;
}
/** {{break}} */
export interface BreakNode extends At {
  readonly type: 'break';
}
/** {{continue}} */
export interface ContinueNode extends At {
  readonly type: 'continue';
}
/** {{template "name" pipeline}} */
export interface TemplateNode extends At {
  readonly type: 'template';
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}

/** What may stand in a command. */
export type ArgNode =
  | IdentifierNode
  | VariableNode
  | DotNode
  | NilNode
  | FieldNode
  | ChainNode
  | BoolNode
  | NumberNode
  | StringNode
  | PipeNode;

/** Any node. */
export type Node =
  | ListNode
  | TextNode
  | ActionNode
  | CommandNode
  | ArgNode
  | EndNode
  | ElseNode
  | BranchNode
  | BreakNode
  | ContinueNode
  | TemplateNode;

/** One named template. */
export interface Tree {
  readonly name: string;
  readonly root: ListNode;
}

/** All the templates that one source defines. */
export type TreeSet = Map<string, Tree>;
