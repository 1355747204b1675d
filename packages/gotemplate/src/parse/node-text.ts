import { quote } from '../text/quote.ts';
import type { ArgNode, Node } from './node.ts';

function argText(arg: ArgNode): string {
  return arg.type === 'pipe' ? `(${nodeText(arg)})` : nodeText(arg);
}

/** A node as Go's errors show it: the source in normal form. */
export function nodeText(n: Node): string {
  switch (n.type) {
    case 'list':
      return n.nodes.map(nodeText).join('');
    case 'text':
      return n.text;
    case 'pipe': {
      const decl = n.decl.length > 0 ? `${n.decl.map(nodeText).join(', ')} ${n.isAssign ? '=' : ':='} ` : '';
      return decl + n.cmds.map(nodeText).join(' | ');
    }
    case 'action':
      return `{{${nodeText(n.pipe)}}}`;
    case 'command':
      return n.args.map(argText).join(' ');
    case 'identifier':
      return n.ident;
    case 'variable':
      return n.ident.join('.');
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'field':
      return `.${n.ident.join('.')}`;
    case 'chain':
      return `${argText(n.node)}.${n.fields.join('.')}`;
    case 'bool':
      return String(n.value);
    case 'number':
      return n.literal.text;
    case 'string':
      return n.quoted;
    case 'if':
    case 'range':
    case 'with': {
      const otherwise = n.elseList === undefined ? '' : `{{else}}${nodeText(n.elseList)}`;
      return `{{${n.type} ${nodeText(n.pipe)}}}${nodeText(n.list)}${otherwise}{{end}}`;
    }
    case 'template':
      return `{{template ${quote(n.name)}${n.pipe === undefined ? '' : ` ${nodeText(n.pipe)}`}}}`;
    case 'end':
    case 'else':
    case 'break':
    case 'continue':
      return `{{${n.type}}}`;
  }
}
