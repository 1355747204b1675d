import type { TypeSchema } from '../schema/contract.ts';
import { DEDUCED } from '../schema/schema-node.ts';
import { type FieldNode, FieldSet } from './field-set.ts';

/** Sets that are known to fit a schema. */
const fitting = new WeakMap<FieldSet, TypeSchema>();

/**
 * A field set made under an older schema, brought to the present one: where a list or map has become atomic since, who owned parts of it owns the whole.
 * Returns the same set when nothing changed.
 */
export function reconcileWithSchema(set: FieldSet, schema: TypeSchema): FieldSet {
  if (fitting.get(set) === schema) return set;
  const reconciled = reconcile(set, schema);
  fitting.set(reconciled, schema);
  return reconciled;
}

function reconcile(set: FieldSet, schema: TypeSchema): FieldSet {
  let nodes: Map<string, FieldNode> | undefined;
  for (const [element, node] of set.nodes) {
    if (node.children === undefined) continue;
    const below = schemaBelow(schema, element);
    if (below === undefined || below === DEDUCED) continue;
    const replaced = isAtomic(below) ? { member: true, children: undefined } : withChildren(node, reconcile(node.children, below));
    if (replaced === node) continue;
    nodes ??= new Map(set.nodes);
    nodes.set(element, replaced);
  }
  return nodes === undefined ? set : new FieldSet(nodes);
}

function withChildren(node: FieldNode, children: FieldSet): FieldNode {
  return children === node.children ? node : { member: node.member, children };
}

function isAtomic(schema: TypeSchema): boolean {
  if (schema.kind === 'list') return schema.listType === 'atomic';
  return (schema.kind === 'struct' || schema.kind === 'map') && schema.atomic;
}

function schemaBelow(schema: TypeSchema, element: string): TypeSchema | undefined {
  if (!element.startsWith('f:')) return schema.element;
  return schema.properties.get(element.slice(2)) ?? (schema.kind === 'struct' ? undefined : schema.element);
}
